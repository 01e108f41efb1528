#!/bin/bash
# Who decides about registrar and administrators: persons, each once, with keys of their own that are valid, and never more voices than there are. In the founding, and in
# whatever changes it. Attacks 12, 13, 15.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"

office
sum() { sha256sum "$1" | cut -c 1-64; }
new_key() { as "$1" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key "$2" "${3:-ed25519}" sign never 2>/dev/null; }
print() { as "$1" gpg --batch --with-colons --list-secret-keys "$2" 2>/dev/null | awk -F: '$1 == "fpr" && !n++ { print tolower($10) }'; }
alice=$(fingerprint alice) carol=$(fingerprint carol) erin=$(fingerprint erin)

# ---- who follows them ----
appoint() { as alice forge act -k "$alice" "${@:3}" administrators archive Administrators="$1" Threshold="$2"; }

# One person as two, by one key or by two.
refused SAME-PERSON "Administrators names 'alice' twice" "$(appoint "alice:$alice alice:$alice" 2)"
new_key alice second@example.org
second=$(print alice second@example.org)
as alice people-key -q --key second@example.org admit
refused SAME-PERSON "Administrators names 'alice' twice" "$(appoint "alice:$alice carol:$carol alice:$second" 2)"
# More voices than there are, or none.
refused LIMIT 'Threshold is above the number of administrators' "$(appoint "alice:$alice carol:$carol" 3)"
barred MALFORMED-STATEMENT 'the statement does not follow the grammar' "$(appoint "alice:$alice carol:$carol" 0)"
# By somebody else's key, by a drive's or the registrar's, by one that has ended; nobody; a key that is brought, and is another's already.
refused KEY-OWNER "a key that is named does not belong to 'carol'" "$(appoint "alice:$alice carol:$erin" 1)"
device=$(pgp key <(pgp certificate "$CHANCERY_ARCHIVE/chancery/keys/device") | cut -d ' ' -f 3)
refused KEY-OWNER "a key that is named does not belong to 'd1'" "$(appoint "alice:$alice d1:$device" 1)"
registrar=$(git -C "$CHANCERY_ARCHIVE" show main:archive/found.0.alice | sed -n 's/^Register-Key: //p')
refused KEY-OWNER "a key that is named does not belong to 'registrar'" "$(appoint "alice:$alice registrar:$registrar" 1)"
as erin people-key -q lost
refused KEY-ENDED "the key that is named for 'erin' has ended (lost)" "$(appoint "alice:$alice erin:$erin" 1)"
make_person mallory
mallory=$(fingerprint mallory)
as mallory gpg --quiet --armor --export >mallory.asc
refused NO-AUTHORITY "there is nobody called 'mallory'; see people-list" "$(appoint "alice:$alice mallory:$mallory" 1 -f "$mallory.asc=mallory.asc")"
refused WRONG-CONTENT "another key in '$(printf %040d 0).asc'" "$(appoint "alice:$alice carol:$(printf %040d 0)" 1 -f "$(printf %040d 0).asc=mallory.asc")"
refused NOT-ALLOWED "'bob' does not sign as one of the archive's administrators" \
	"$(as bob forge act administrators archive Administrators="bob:$(fingerprint bob)" Threshold=1)"

# A registrar who has no key of our own kind, or one that is somebody's.
new_key mallory rsa@example.org rsa3072
rsa=$(print mallory rsa@example.org)
as mallory gpg --quiet --armor --export rsa@example.org >rsa.asc
replace() { as alice forge act -k "$alice" -f "$1.asc=$2" registrar archive Register-Key="$1" Epoch=2 Content-SHA256="$(sum "$2")"; }
refused MALFORMED-KEY "a registrar's key is an Ed25519 key" "$(replace "$rsa" rsa.asc)"
refused CONFLICT 'the key is registered already' "$(replace "$carol" "$TEST_DIR/carol.asc")"
refused WRONG-CONTENT "another key in '$rsa.asc'" "$(replace "$rsa" mallory.asc)"

# The control: two, both of whom have to agree.
accepted "$(appoint "alice:$alice carol:$carol" 2)"
chancery-registrar | awk -F '\t' '$1 == "administrator" { print $2 }' | sort -u >now
check_output now <<<"alice
carol"

# ---- the founding ----
# A directory as chancery-init makes it, in which nothing has been registered.
as alice gpg --quiet --armor --export "$alice" >alice.asc
as carol gpg --quiet --armor --export "$carol" >carol.asc
as alice chancery-init -q --key "$alice" --policy "$TEST_DIR/policy" "$TEST_DIR/new" alice
export CHANCERY_ARCHIVE=$TEST_DIR/new
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
git show main:archive/record >record
archive=$(sed -n 's/^Archive: //p' record)
pgp certificate "$CHANCERY_ARCHIVE/chancery/keys/registrar" >registrar.asc
key=$(pgp key registrar.asc | cut -d ' ' -f 3)
attributes=$(git ls-tree main .gitattributes)
git update-ref -d refs/heads/main

# found PERSON ADMINISTRATORS THRESHOLD [-f FILE]... [KEY=VALUE]...: the first act, signed by that person; prints the commit
found() {
	local person=$1 list=$2 threshold=$3 files=()
	shift 3

	while [ "${1:-}" = -f ]; do files+=("$1" "$2") && shift 2; done
	forge act -d -p none -o founding -f record="${RECORD:-record}" -f "$key.asc=registrar.asc" "${files[@]}" found archive Archive="$archive" Actor="$person" \
		Key="$(fingerprint "$person")" Register-Key="$key" Administrators="$list" Threshold="$threshold" Subject-SHA256="$(sum "${RECORD:-record}")" \
		Policy-SHA256= "$@"
	signed "$person" founding
}
# begun CODE REASON COMMIT: an archive that begins with it is bad.
begun() {
	local id
	forget_seen
	id=$(git cat-file commit "$3" | sed '/^gpgsig/,/^ -----END/d' | sha256sum | cut -c 1-64)
	forge page -t "$(git rev-parse "$3^{tree}")" -p "$3" -a "$3" Archive="$archive" Previous-SHA256= >first
	verify_says "$1: page 1 of the register says OK of act $id: $2"
	git update-ref -d refs/heads/main
}
one=("alice:$alice" 1 -f "$alice.asc=alice.asc")
both=(-f "$alice.asc=alice.asc" -f "$carol.asc=carol.asc")

begun KEY-OWNER 'founded by somebody who is not among its administrators' "$(found carol "${one[@]}" -f "$carol.asc=carol.asc")"
begun WRONG-CONTENT "does not bring 'archive/$carol.asc'" "$(found alice "alice:$alice carol:$carol" 2 "${one[@]:2}")"
begun SAME-PERSON "Administrators names 'alice' twice" "$(found alice "alice:$alice alice:$carol" 2 "${both[@]}")"
begun CONFLICT 'the key is registered already' "$(found alice "alice:$alice carol:$alice" 2 "${one[@]:2}")"
begun LIMIT 'Threshold is above the number of administrators' "$(found alice "alice:$alice" 2 "${one[@]:2}")"
begun WRONG-ROLE 'an administrator is a person, not the registrar' "$(found alice "alice:$alice registrar:$carol" 1 "${both[@]}")"
sed "s/^Archive: .*/Archive: $(printf %032d 7)/" record >other
begun WRONG-CONTENT "another archive in 'archive/record'" "$(RECORD=other found alice "${one[@]}")"
pgp create stranger 'registrar <registrar@example.org>'
pgp certificate stranger >"$key.bent"
begun WRONG-CONTENT "another key in '$key.asc'" "$(cp "$key.bent" registrar.asc; found alice "${one[@]}")"

# The control: the same, as it ought to be.
pgp certificate "$CHANCERY_ARCHIVE/chancery/keys/registrar" >registrar.asc
good=$(found alice "${one[@]}")
forget_seen
forge page -t "$({ echo "$attributes"; git ls-tree "$good"; } | git mktree)" -p "$good" -a "$good" Archive="$archive" Previous-SHA256= >first
check_status 0 chancery-verify -q
