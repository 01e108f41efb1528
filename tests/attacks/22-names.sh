#!/bin/bash
# Names that some system takes for a directory of git's, for another file, or for none; links and repositories in place of files. And names that look alike.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"

office
cd "$CHANCERY_ARCHIVE"
blob=$(echo text | git hash-object -w --stdin)
empty_tree=$(printf '' | git hash-object -t tree -w --stdin)

# entry MODE ID NAME: in the form that trees have; the name may hold anything but a NUL.
# shellcheck disable=SC2001
entry() { printf '%s %s\0%b' "$1" "$3" "$(sed 's/../\\x&/g' <<<"$2")"; }
tree() { git hash-object -t tree -w --literally --stdin; }
digest_of() { sha256sum "$1" | cut -d ' ' -f 1; }
# save: of the directory whose entries are on standard input, by the drive's own key.
save() {
	local directory
	directory=$(tree)
	echo "$directory" >"$TEST_DIR/directory"
	forge act -d -t "$(entry 40000 "$(entry 40000 "$directory" lib | tree)" files | tree)" -p none save files/lib Journal="$(printf '%032d' 1) $((++n))" \
		Base="$(field main Seq)" Changes-SHA256="$(printf '100644 - %s files/lib/%s\n' "$(git cat-file blob "$blob" | sha256sum | cut -c 1-64)" "${1:-}" | sha256sum | cut -c 1-64)"
}
n=1
tip() { git rev-parse 'main^{tree}'; }
malformed() { refused MALFORMED-TREE "tree $(cat "$TEST_DIR/directory") is not in canonical form" "$1" -t "$(tip)"; }
# all_malformed COMMIT...: the honest register's word of many at once.
all_malformed() {
	forge register "$@" >"$TEST_DIR/work/verdict"
	[ "$(cut -f 1 "$TEST_DIR/work/verdict" | sort | uniq -c | xargs)" = "$# MALFORMED-TREE" ] || fail "$(cat "$TEST_DIR/work/verdict")"
}

# Each name as a file's, what looks like git's as a directory's, too; of each kind one that a lying registrar accepts.
long=$(printf '%0151d' 0)
commits=()
# shellcheck disable=SC2016
for name in .git .GIT .Git git~1 GIT~2 .gitmodules .gitattributes .lfsconfig .LFSConfig .git.txt '.git ' '.git::$INDEX_ALLOCATION' $'.g\u200cit' $'.\u200cgit' $'\ufeff.git' \
	. .. ... 'a.' 'a ' ' a' 'a:b' 'a:$DATA' 'a\b' a/b /etc/passwd '' 'a*' 'a?' 'a"b' 'a<b' 'a>b' 'a|b' con NUL aux.txt COM1 lpt9.pdf "$long" "$long$long" \
	$'a\tb' $'a\nb' $'a\033[2Jb' $'a\x7f' $'a\xff' $'a\xc0\xaf' $'a\u202eb' $'a\u200bb' $'a\u2066b' $'a\u00ad' $'a\ufe0f'; do
	commits+=("$(entry 100644 "$blob" "$name" | save)")
	[[ ${name,,} != *git* ]] || commits+=("$(entry 40000 "$(entry 100644 "$blob" x | tree)" "$name" | save)")
	[ "${#commits[@]}" -lt 32 ] || { all_malformed "${commits[@]}" && commits=(); }
done
all_malformed "${commits[@]}"
malformed "$(entry 100644 "$blob" .Git | save)"
malformed "$(entry 100644 "$blob" $'.g\u200cit' | save)"
malformed "$(entry 100644 "$blob" a/b | save)"
malformed "$(entry 40000 "$(entry 100644 "$blob" x | tree)" .. | save)"

# What is no file: a link, a submodule, a device, a program; a directory of nothing.
commits=()
for mode in 120000 160000 020000 20000 060000 010000 100755 100664 100600 0100644; do commits+=("$(entry "$mode" "$blob" a | save)"); done
all_malformed "${commits[@]}"
malformed "$(entry 120000 "$blob" a | save)"
malformed "$(entry 160000 "$(main)" a | save)"
refused MALFORMED-TREE "'files/lib/a' is an empty directory" "$(entry 40000 "$empty_tree" a | save)" -t "$(tip)"

# One name in two forms of Unicode; names that differ only in case, or look alike: bytes are compared, and what a system would take for one name is one.
refused MALFORMED-TREE $'\'files/lib/u\u0308ber\' is not in Unicode normal form C' "$(entry 100644 "$blob" $'u\u0308ber' | save $'u\u0308ber')" -t "$(tip)"
accepted "$(entry 100644 "$blob" $'\u00fcber' | save $'\u00fcber')"

# Ids are ASCII: a Cyrillic a is in nobody's, nor is anything that is not seen.
person() { as alice forge act -f person.1="$TEST_DIR/person" person "people/ab/$1" Version=1 Content-SHA256="$(digest_of "$TEST_DIR/person")"; }
printf 'Format: 1\nName: Mallory\nMail: none\nRoles: manager\n' >"$TEST_DIR/person"
for id in $'c\u0430rol' $'carol\u200b' $'\u202elorac' 'Carol ' carol. ../carol .carol -carol; do
	barred MALFORMED-STATEMENT 'the statement does not follow the grammar' "$(person "$id")"
done
cd "$TEST_DIR/work"
for id in $'c\u0430rol' $'carol\u200b' 'carol.' none registrar; do
	! as alice people-add -q --role manager "$id" 2>err || fail "'$id' is let in"
done
aa=$(printf CAROL | sha256sum | cut -c 1-2)
refused CONFLICT "'carol' is a person already" \
	"$(as alice forge act -f person.1="$TEST_DIR/person" person "people/$aa/CAROL" Version=1 Content-SHA256="$(digest_of "$TEST_DIR/person")")"

# Roles of the policy, too.
for role in $'m\u0430nager' $'manager\u200b' Manager 'manager '; do
	sed "s/^Level: S-0007 1 manager/Level: S-0007 1 $role/" "$TEST_DIR/policy" >bent
	check_status 1 policy-check bent
	check_has err 'MALFORMED-RECORD: policy, line'
done
