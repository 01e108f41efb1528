#!/bin/bash
# A key that has ended: what it signed before stays, what comes later is refused whatever its dates say; nobody ends what is not his, takes his
# own past back, or brings in a key that he does not have. Attacks 12, 13, 17, 18.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
office_allows 'administrator key-end keys/**'
year=$(date -u +%Y)
new() { apply bob S-0007 && path=seals/S-0007/applications/$year/0/$APPLICATION; }
approve() { as "$1" forge act -k "$(fingerprint "$1")" approve "$path" Level=1 Role=manager Presses=1; }
subject() { local fpr; fpr=$(fingerprint "$1"); echo "keys/${fpr:0:2}/$fpr"; }
end() { as "$1" forge act -k "$(fingerprint "$1")" key-end "$(subject "$2")" "Ended=$3" "${@:4}"; }
seq() { chancery-status | sed -n 's/^seq\t//p'; }
nobody="no line of the policy allows 'bob' (roles: employee) to key-end"

# Whose it is: nobody's but his own, that of a machine he admitted, or what the policy gives him; of the registrar's there is another way.
new
refused NOT-ALLOWED "$nobody '$(subject carol)'" "$(end bob carol lost)"
refused WRONG-ROLE "the registrar's key ends when another takes its place" "$(
	fpr=$(git -C "$CHANCERY_ARCHIVE" show main:archive/found.0.alice | sed -n 's/^Register-Key: //p')
	as alice forge act key-end "keys/${fpr:0:2}/$fpr" Ended=lost)"
refused UNKNOWN-KEY 'the key is not registered' "$(as alice forge act key-end "keys/01/01$(fingerprint bob | cut -c 3-)" Ended=lost)"

# What it says makes sense.
refused WRONG-CONTENT 'a key that is compromised, and no other, has an Effective-Seq' "$(end alice carol lost Effective-Seq=3)"
refused WRONG-CONTENT 'a key that is compromised, and no other, has an Effective-Seq' "$(end alice carol compromised)"
refused WRONG-CONTENT 'Effective-Seq is neither the page of this act nor one between it and the founding' "$(end alice carol compromised Effective-Seq=1)"
refused WRONG-CONTENT 'Effective-Seq is neither the page of this act nor one between it and the founding' "$(end alice carol compromised Effective-Seq=$(($(seq) + 3)))"
# Whoever regrets his approval does not say that it was not he.
refused NOT-ALLOWED "no line of the policy allows 'carol' (roles: manager) to key-end '$(subject carol)'" "$(end carol carol compromised Effective-Seq=2)"

# Signed before, come in after: order is the register's. An approval that came in before it stays, and so does the archive.
late=$(approve carol)
new
accepted "$(approve carol)"
counted=$path
path=seals/S-0007/applications/$year/0/d1-000001
accepted "$(end carol carol lost)"
page=$(seq)
refused KEY-ENDED "the key of 'carol' has ended (lost) on page $page" "$late"
refused KEY-ENDED "the key of 'carol' has ended (lost) on page $page" "$(end carol carol superseded)"
refused CONFLICT "the key has ended (lost) on page $page" "$(end alice carol superseded)"
seal-list | grep -q "$(basename "$counted")" || fail 'the application is gone'
path=$counted
accepted "$(as dave forge act approve "$path" Level=2 Role=director Presses=1)"

# A denial may be made by somebody who does not know the latest: its parent is an earlier act.
admitted=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H -1 --grep '^Act: key$' main -- "$(subject carol)")
accepted "$(as alice forge act -p "$admitted" key-end "$(subject carol)" Ended=compromised Effective-Seq="$page" Previous-SHA256="$(forge id "$admitted")")"

# One more key: by the present one, by an administrator; never by somebody else, never without proof, never with a proof for something else.
make_person second
as second gpg --quiet --armor --export second >key.asc
fpr=$(fingerprint second) digest=$(sha256sum key.asc | cut -d ' ' -f 1)
admit() { as "$1" forge act -f key.asc=key.asc "${@:3}" key "keys/${fpr:0:2}/$fpr" Version=1 To="$2" Scope=decide Content-SHA256="$digest" Previous-SHA256= Subject-SHA256=; }
proof() { as second people-key --key second@example.org prove "$@" | sed -n '/BEGIN PGP SIGNATURE/,$p'; }
proof erin >proof.asc
refused NO-PROOF "'erin' has had a key before: another one wants its proof" "$(admit erin erin)"
refused NOT-ALLOWED "no line of the policy allows 'bob' (roles: employee) to key 'keys/${fpr:0:2}/$fpr'" "$(admit bob erin -f proof.asc=proof.asc)"
proof frank >other.asc
refused NO-PROOF 'the proof is not by this key, for this archive and owner' "$(admit erin erin -f proof.asc=other.asc)"
echo 'twelve desks' >text
as second gpg --quiet --batch --armor --detach-sign -o text.asc text
refused NO-PROOF 'the proof is not by this key, for this archive and owner' "$(admit erin erin -f proof.asc=text.asc)"
refused WRONG-CONTENT "brings more files than 'key'" "$(admit erin erin -f proof.asc=proof.asc -f more.asc=proof.asc)"
accepted "$(admit erin erin -f proof.asc=proof.asc)"
# Two keys are one person.
new
accepted "$(approve erin)"
refused CONFLICT "another decision was registered first" "$(approve second)"

# Doubt spreads: what a compromised key admitted in that time is as doubtful, and what rests on it is closed.
new
accepted "$(approve second)"
from=$(people-show erin | awk 'NR == 3 { print $5 }')
before=$(main)
forge register "$(end alice erin compromised Effective-Seq="$from")" >verdict
check_output verdict <<<'OK	accepted'
check_status 3 chancery-verify -q
check_has err 'KEY-COMPROMISED: cannot tell who signed'
people-show erin | awk -F '\t' '$1 == "key" { print $4, $7 }' >keys
check_output keys <<<"compromised $from
compromised $from"
as dave seal-approve -n "$APPLICATION" 2>err && fail 'it goes on'
check_has err 'KEY-COMPROMISED'
