#!/bin/bash
# Keys come and go: what was decided before stays decided, what comes after is refused, and what has to be looked at is told by name.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
office_allows 'administrator key-end keys/**'
as alice seal-table -q S-0007
year=$(date -u +%Y)
path=seals/S-0007/applications/$year/0/d1-00000
old=$(fingerprint carol)
subject() { echo "keys/${1:0:2}/$1"; }
new_key() { as "$1" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key "$2" ed25519 sign never 2>/dev/null; }
key_of() { as "$1" gpg --batch --with-colons --list-secret-keys "$2" | awk -F: '$1 == "fpr" && !n++ { print tolower($10) }'; }

# Carol rotates: the new key is admitted by the old, which ends; both on one page. -n does nothing.
apply bob S-0007
as carol seal-approve -q d1-000001
new_key carol 'carol 2 <carol2@example.org>'
new=$(key_of carol carol2@example.org)
as carol people-key -n --key carol2@example.org rotate
before=$(chancery-status | sed -n 's/^seq\t//p')
check_status 0 as carol people-key --key carol2@example.org rotate
check_output out <<END
$(subject "$old")	ended: superseded
seals/S-0007	goes on accepting the key until it is shown a new table; see seal-table
${path}1	goes on here; a seal with a newer table will not take it: apply anew
END
[ "$(chancery-status | sed -n 's/^seq\t//p')" = $((before + 1)) ] || fail 'not on one page'
check_status 0 people-show carol
check_output out <<END
person	carol	Carol Wu	manager	carol@example.org
key	$old	decide	superseded	$(people-show carol | awk -v k="$old" '$2 == k { print $5 }')	$((before + 1))	none
key	$new	decide	valid	$((before + 1))	none	none
END
people-list | grep -q "^carol	.*	$new\$" || fail 'people-list does not show the new key alone'
check_status 0 chancery-verify -q

# The approval by the old key still counts, and she goes on with the new one, found in her keyring without being told.
as dave seal-approve -q d1-000001
apply bob S-0007
as carol seal-approve -q d1-000002
[ "$(git -C "$CHANCERY_ARCHIVE" log -1 --no-merges --format=%B main | sed -n 's/^Key: //p')" = "$new" ] || fail 'not signed by the new key'
as alice seal-table -q S-0007

# An administrator rotates for somebody else, who proves that he has the key; without proof it is refused.
new_key erin 'erin 2 <erin2@example.org>'
as erin gpg --quiet --armor --export erin2@example.org >bare.asc
check_status 1 as alice people-key --key ./bare.asc rotate erin
check_output err <<<"people-key: NO-PROOF: 'erin' has had a key before: let him make the file with 'people-key prove'"
as erin people-key --key erin2@example.org prove erin >erin.asc
check_status 1 as alice people-key --key ./erin.asc rotate frank
check_output err <<<'people-key: NO-PROOF: the proof is not by this key, for this archive and owner'
as alice people-key -q --key ./erin.asc rotate erin
[ "$(people-show erin | cut -f 4 | paste -sd ' ')" = 'manager superseded valid' ] || { people-show erin; fail 'not rotated'; }

# Lost: whoever it belongs to says so with the key itself, for the last time.
check_status 0 as frank people-key lost
check_output out <<<"$(subject "$(fingerprint frank)")	ended: lost
seals/S-0007	goes on accepting the key until it is shown a new table; see seal-table"
check_status 1 as frank people-key lost
check_has err 'your key has ended (lost)'
check_status 1 as alice people-key lost frank
check_output err <<<"people-key: UNKNOWN-KEY: 'frank' has no key any more that is valid; see people-show"
check_status 1 as alice people-key --key "$(fingerprint frank)" lost frank
check_has err 'people-key: CONFLICT: the key has ended (lost) on page '
check_status 1 as bob people-key lost dave
check_has err "people-key: NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to key-end"

# Left: all keys, and the roles with them; nothing goes to him any more. Described anew with another key he is back.
check_status 0 as alice people-key left erin
people-list | grep -q '^erin	Erin He	none	erin@example.org	none$' || { people-list; fail 'erin is still there'; }
apply bob S-0007
check_status 1 as carol seal-transfer --to erin d1-000003
check_has err "level 1 needs a 'manager', and 'erin' is not one"
new_key erin 'erin 3 <erin3@example.org>'
as erin people-key --key erin3@example.org prove erin >erin.asc
as erin gpg --armor --export erin3@example.org >bare.asc
check_status 1 as alice people-add --role manager --key ./bare.asc erin
check_output err <<<"people-add: NO-PROOF: 'erin' has had a key before: let him make the file with 'people-key prove'"
as alice people-add -q --role manager --key ./erin.asc erin
as carol seal-transfer -q --to erin d1-000003
as erin seal-approve -q d1-000003
check_status 0 chancery-verify -q

# Compromised from some page on: what Dave signed there is in doubt, by name; what rests on it is closed, what was before is not.
apply bob S-0007
as carol seal-approve -q d1-000004
from=$(($(chancery-status | sed -n 's/^seq\t//p') + 1))
as dave seal-approve -q d1-000004
check_status 1 as dave people-key --from "$from" compromised
check_has err "people-key: NOT-ALLOWED: no line of the policy allows 'dave'"
check_status 2 as alice people-key compromised dave
check_status 2 as alice people-key --from 0 compromised dave
check_status 1 as alice people-key --from 100000 compromised dave
check_output err <<<"people-key: WRONG-CONTENT: the register has no page 100000 yet: the last one is $from"
check_status 0 as alice people-key --from "$from" compromised dave
check_output out <<END
$(subject "$(fingerprint dave)")	ended: compromised
seals/S-0007	goes on accepting the key until it is shown a new table; see seal-table
${path}1	use it before the seal gets a newer table, or apply anew
${path}4	closed: nobody can tell who signed what it rests on; apply anew
END
seal-list --state doubtful >list
check_has list d1-000004
check_status 3 chancery-verify
check_has err "chancery-verify: KEY-COMPROMISED: cannot tell who signed 1 of the acts; the first is 'approve' of '${path}4' by 'dave', act " " on page $from"
awk '$3 == "KEY-COMPROMISED" { print $1, $4, $5 } END { print $1 }' out >said
printf '%s dave approve\nunknown\n' "$from" >wanted
cmp said wanted || fail "$(cat out)"
check_status 1 as bob seal-cancel --reason no d1-000004
check_has err "KEY-COMPROMISED: 'd1-000004': nobody can tell who signed it: the key is compromised"

# An extract of what he approved before says that he is gone; of what is in doubt, that nobody can tell.
chancery-export -o before.tar d1-000001
check_status 0 chancery-verify before.tar
chancery-export -o doubt.tar d1-000004
check_status 3 chancery-verify -q doubt.tar
check_has err 'KEY-COMPROMISED: cannot tell who signed 1 of the acts'

# A machine of another office deposits; its key ends like any other.
make_person d2
as d2 gpg --quiet --armor --export d2 >d2.asc
as alice people-key -q --key ./d2.asc admit --deposit d2
people-show d2 | grep -q "^key	$(fingerprint d2)	deposit	valid	" || fail 'd2 is not there'
as alice people-key -q lost d2
people-show d2 | grep -q "^key	$(fingerprint d2)	deposit	lost	" || fail 'd2 is still there'

# Several valid keys of one person in one keyring: he signs by what seals know, the Ed25519 key registered last, and need say nothing; who has none of them left but an old one, by that.
signed_by() { git -C "$CHANCERY_ARCHIVE" log -1 --no-merges --format=%B main | sed -n 's/^Key: //p'; }
first=$(signed_by)
new_key alice 'alice 2 <alice2@example.org>'
second=$(key_of alice alice2@example.org)
as alice people-key -q --key alice2@example.org admit
[ "$(signed_by)" = "$first" ] || fail 'not admitted by the first'
as alice gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key 'alice 3 <alice3@example.org>' rsa3072 sign never 2>/dev/null
as alice people-key -q --key alice3@example.org admit
[ "$(signed_by)" = "$second" ] || fail 'not admitted by the second'
check_status 0 as alice people-add -q --role employee zoe
[ "$(signed_by)" = "$second" ] || fail 'not signed by the key that seals know'
as alice people-key -q --key "$second" lost
check_status 0 as alice people-add -q --role manager zoe
[ "$(signed_by)" = "$first" ] || fail 'not signed by the key that is left'
