#!/bin/bash
# Names, trees, ids, policies and files of one SHA-1 that come by a push: what git refuses, what the hook refuses alone, and what is registered as refused and
# answered so. Next to each what is well made, which comes in.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

pushing_approval
main=$(main)
digest_of() { sha256sum "$1" | cut -d ' ' -f 1; }

# stays_out COMMIT SAYING: nothing of the push comes in, and the hook says this.
stays_out() {
	check_status 1 push "$1"
	remote >said
	check_output said <<<"chancery-receive: $2"
	[ -z "$(git -C "$CHANCERY_ARCHIVE" for-each-ref refs/acts)" ] || fail 'it waits'
	[ "$(main)" = "$main" ] || fail 'it is registered'
}

# answered COMMIT VERDICT...: it comes in, is on record, and whoever pushed is told why, with a promise.
answered() {
	check_status 0 push "$1"
	remote >said
	[[ $(head -n 1 said) == "$2"* ]] || fail "$(cat said)"
	grep -q '^promise refs/promises/d2/' said || fail 'no promise'
	main=$(main)
	check_status 0 chancery-verify -q
	pull
}
is_refused() { answered "$1" "refused $(at_client forge id "$1"): $2"; }
is_accepted() { answered "$1" "accepted $(at_client forge id "$1"): "; }

# 22: a save of one file whose name is anybody's choice.
n=0
blob=$(echo text | git -C "$CLIENT" hash-object -w --stdin)
# shellcheck disable=SC2001
entry() { printf '%s %s\0%b' "$1" "$3" "$(sed 's/../\\x&/g' <<<"$2")"; }
tree() { git -C "$CLIENT" hash-object -t tree -w --literally --stdin; }
save() {
	directory=$(entry "${2:-100644}" "$blob" "$1" | tree)
	n=$((n + 1))
	forged=$(at_client forge act -d -t "$(entry 40000 "$(entry 40000 "$directory" lib | tree)" files | tree)" -p none save files/lib \
		Journal="$(printf '%032d' 1) $n" Base="$(field main Seq)" \
		Changes-SHA256="$(printf '100644 - %s files/lib/%s\n' "$(echo text | sha256sum | cut -c 1-64)" "$1" | sha256sum | cut -c 1-64)")
}
canonical="is not in canonical form; names, order and modes are those of chancery-archive(5)"
# What git lets through.
for name in con 'aux.txt' 'a:b' 'a ' $'a\u202eb' $'a\xff' $'a\nb'; do
	save "$name"
	stays_out "$forged" "MALFORMED-TREE: refs/acts/d2/$forged: tree $directory $canonical"
done
# What git itself refuses: nothing reaches the hook. With a git that is told not to look the hook does.
bad_names=(.git .GIT git~1 .. . a/b)
for name in "${bad_names[@]}"; do
	save "$name"
	check_status 1 push "$forged"
	check_has err 'unpacker error'
	[ "$(main)" = "$main" ] || fail 'it is registered'
done
git -C "$CHANCERY_ARCHIVE" config receive.fsckObjects false
for name in "${bad_names[@]}"; do
	save "$name"
	stays_out "$forged" "MALFORMED-TREE: refs/acts/d2/$forged: tree $directory $canonical"
done
for mode in 120000 160000 100755; do
	save a "$mode"
	stays_out "$forged" "MALFORMED-TREE: refs/acts/d2/$forged: tree $directory $canonical"
done
git -C "$CHANCERY_ARCHIVE" config receive.fsckObjects true
save $'\u00fcber'
is_accepted "$forged"

# 23: an id that looks like carol's; one that is hers but for case.
printf 'Format: 1\nName: Mallory\nMail: none\nRoles: manager\n' >record
person() { at_client as alice forge act -f person.1=record person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1 Content-SHA256="$(digest_of record)"; }
forged=$(person $'c\u0430rol')
stays_out "$forged" "MALFORMED-STATEMENT: refs/acts/d2/$forged: commit $forged: the statement does not follow the grammar; see chancery-statement(5), or let a tool draw it up"
is_refused "$(person CAROL)" "CONFLICT: 'carol' is a person already"
is_accepted "$(person mallory)"

# 24: a policy that two programs could read differently, signed by who may set one.
policy() { at_client as alice forge act -f rules.2="$1" policy policy Version=2; }
sed '2s/.*/&\n&/' "$TEST_DIR/policy" >twice
sed '1s/^/\xef\xbb\xbf/' "$TEST_DIR/policy" >marked
sed '/^Allow: administrator policy/i Allow: auditor policy policy' "$TEST_DIR/policy" >good
is_refused "$(policy twice)" "MALFORMED-RECORD: policy, line 3: only 'Allow:' lines, "
is_refused "$(policy marked)" "MALFORMED-RECORD: policy, line 1: not a line 'Key: value'"
is_accepted "$(policy good)"
