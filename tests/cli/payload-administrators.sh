#!/bin/bash
# What administrators decide can be signed elsewhere as well: a machine with gpg and nothing of ours, no secret key where the archive is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../elsewhere.sh"

# hand_in PERSON FILE [COMMAND]: signed, with the command that was printed or this one, and registered.
hand_in() {
	local name

	name=$(basename "$2")
	sign_elsewhere "$1" "$2" "${3:-gpg --armor --detach-sign $name}"
	check_status 0 chancery-submit "$2" "$name.asc"
}
said() { sed -n "s/^$1\t//p" out; }

office

# The policy: its SHA-256 is in the act, and judged is who will sign. No key of his is needed here, nor is one used.
sed '/^Allow: administrator policy/i Allow: auditor policy policy' "$TEST_DIR/policy" >rules
check_status 1 policy-set --as bob --payload next rules
check_output err <<<"policy-set: NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to policy 'policy'"
[ ! -e next ] || fail 'a file although it is refused'
before=$(heads)
check_status 0 policy-set --as alice --payload next rules
[ "$(said decides)" = "policy: Version 2, Content-SHA256 $(sha256sum <rules | cut -c 1-64)" ] || fail "$(cat out)"
[ "$(said brings)" = "rules.2, sha256 $(sha256sum <rules | cut -c 1-64)" ] || fail "$(cat out)"
[ "$(said who)" = 'alice, Alice Zhang' ] || fail "$(cat out)"
[ "$(heads)" = "$before" ] || fail 'the register has moved'
command=$(said sign)
# A changed file, and somebody else's signature.
sed 's/^Version: 2/Version: 3/' next >changed
sign_elsewhere alice changed 'gpg --armor --detach-sign changed'
check_status 1 chancery-submit changed changed.asc
sign_elsewhere bob next 'gpg --armor --detach-sign next'
check_status 1 chancery-submit next next.asc
check_has err 'chancery-submit: WRONG-KEY: signed by'
[ "$(heads)" = "$before" ] || fail 'the register has moved'
hand_in alice next "$command"
git -C "$CHANCERY_ARCHIVE" show main:policy/rules.2 | cmp - rules

# Somebody new, with his key: two acts, one after the other.
make_person greta
as greta gpg --quiet --armor --export greta >greta.asc
check_status 2 people-add --as alice --payload file --key ./greta.asc --role manager greta
check_has err 'people-add: for several acts --payload wants a directory that is there'
mkdir acts
check_status 0 people-add --as alice --payload acts --name 'Greta Sun' --mail greta@example.org --role manager --key ./greta.asc greta
person=$(said file | head -n 1) key=$(said file | tail -n 1)
[ "$person" = acts/person-greta-alice.payload ] || fail "$person"
sign_elsewhere alice "$key" "gpg --armor --detach-sign $(basename "$key")"
check_status 1 chancery-submit "$key" "$(basename "$key").asc"
check_has err 'chancery-submit: '
hand_in alice "$person"
hand_in alice "$key"
people-list | grep -q "^greta	Greta Sun	manager	greta@example.org	$(fingerprint greta)$" || fail "$(people-list)"

# Greta lets Bob decide for her, brings her next key, and it ends lost; all of it signed by gpg alone.
check_status 0 people-delegate --as greta --to bob --until +7d --payload delegation
[ "$(said subject)" = "people/$(printf greta | sha256sum | cut -c 1-2)/greta" ] || fail "$(cat out)"
hand_in greta delegation
check_status 0 people-key --as greta --payload end --key "$(fingerprint greta)" lost
[ "$(said decides)" = 'key-end: Ended lost' ] || fail "$(cat out)"
hand_in greta end
check_status 1 people-delegate --as greta --to bob --until +7d --payload another
check_has err "people-delegate: 'greta' has no key that decides in this archive"

# Of several keys which will sign is said by --signing-key where --key names another: the policy's next keeper has two.
check_status 0 people-add --as alice --signing-key "$(fingerprint alice)" --payload henry --role auditor henry
hand_in alice henry
check_status 1 people-add --as alice --signing-key "$(fingerprint bob)" --payload nobody --role auditor ida
check_output err <<<"people-add: 'alice' has no such key that decides in this archive; see people-list"
check_status 2 as alice people-add --signing-key "$(fingerprint alice)" --role auditor ida
check_has err 'people-add: the key that will sign is for --payload'

# What is said of seals.
as alice paper-seal enrol "$TEST_DIR/S-0007" S-0007 seal-0007
office_allows 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*' 'administrator seal-retire seals/*'
check_status 0 seal-table --as alice --earlier 2 --payload table S-0007
check_has out 'brings	table.1, sha256 '
hand_in alice table
chancery-status >status
check_has status 'seal	S-0007: table 1 up to date'
for verb in suspend resume retire; do
	check_status 1 "seal-$verb" --as bob --payload "$verb" --reason 'found open' S-0007
	check_has err "seal-$verb: "
	check_status 0 "seal-$verb" --as alice --payload "$verb" --reason 'found open' S-0007
	check_has out "decides	seal-$verb: " 'Reason found open'
	hand_in alice "$verb"
done
check_status 1 as alice seal-suspend --reason x S-0007
check_has err 'seal-suspend: RETIRED: '
check_status 0 chancery-verify -q
