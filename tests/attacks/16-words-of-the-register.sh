#!/bin/bash
# timeout: 300
# What acts say of the chain, the register and each other is compared with them, also where it is only a seal that would be hurt.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
year=$(date -u +%Y)
digest=$(sha256sum </dev/null | cut -d ' ' -f 1)
apply bob S-0007 --presses 3
path=seals/S-0007/applications/$year/0/$APPLICATION

# A state that makes the seal wait for a page that never comes, or lock for good.
state() { forge act -r seal-state "$path" Device=seal-0007 Epoch=1 Status=open Cap=0 Receipt-Acked=0 Seq="$1" "${@:2}"; }
refused WRONG-CONTENT 'Seq is that of a page to come' "$(state 18446744073709551615)"
refused WRONG-CONTENT 'does not say what the register says' "$(state 1 Receipt-Head="$digest")"
refused WRONG-CONTENT 'does not say what the register says' "$(state 1 Receipt-Acked=1 Receipt-Head="$digest")"
accepted "$(state "$(field main Seq)")"

# Denials may be behind, but what they name is their parent.
said='Previous-SHA256 and parent are not the latest act of'
refused WRONG-PREVIOUS "$said '$path'" "$(as bob forge act withdraw "$path" Cap=2 Previous-SHA256="$digest")"
first=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H main -- "$path" | tail -n 1)
refused WRONG-PREVIOUS "$said '$path'" "$(as bob forge act -p "$first" withdraw "$path" Cap=2)"
accepted "$(as bob forge act -p "$first" withdraw "$path" Cap=2 Previous-SHA256="$(forge id "$first")")"
# A line is a line: its latest act is the parent, not one that stands further back.
first=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H main -- policy | tail -n 1)
as alice policy-set -q "$TEST_DIR/policy"
refused WRONG-PREVIOUS "$said 'policy'" "$(as alice forge act -p "$first" -f rules.3="$TEST_DIR/policy" policy policy Version=3)"

# One nonce, one session.
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
unlock() { as bob forge act seal-session "$path" Device-Nonce="$1" Presses=1 Photo-Mode=automatic; }
accepted "$(unlock 0123456789abcdef0123456789abcdef)"
refused WRONG-NONCE 'another session has been opened with this Device-Nonce' "$(unlock 0123456789abcdef0123456789abcdef)"
accepted "$(unlock 0123456789abcdef0123456789abcdee)"

# A number that its drive could not have given out: of another year, of no drive, behind which none is left.
printf 'Format: 1\nKind: application\nTitle: t\nReason: r\nAttachment: %s 13 contract.txt\n' "$(sha256sum "$TEST_DIR/contract.txt" | cut -d ' ' -f 1)" >record
ask() {
	as bob forge act -f record=record -f attachments/contract.txt="$TEST_DIR/contract.txt" apply "seals/S-0007/applications/$1" Seal=S-0007 \
		Device=seal-0007 Epoch=1 Nonce=0123456789abcdef0123456789abcdef Presses=1 Photos=0 Fresh=0 \
		Document-SHA256="$(sha256sum "$TEST_DIR/contract.txt" | cut -d ' ' -f 1)" Content-SHA256= Table-SHA256=
}
refused WRONG-SUBJECT 'the year in Subject is not that of Time' "$(ask 1999/0/d1-000007)"
refused WRONG-SUBJECT "'d9' is no drive that gives out numbers" "$(ask "$year/0/d9-000007")"
refused WRONG-SUBJECT "the number is not near those that 'd1' has given out" "$(ask "$year/18446744073709551/d1-18446744073709551615")"
refused WRONG-SUBJECT "the number is not near those that 'd1' has given out" "$(ask "$year/0/d1-000000")"
accepted "$(ask "$year/0/d1-000007")"

# The role of keys that deposit is no role of a person.
version=$(($(git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main people | grep -c '/alice/person\.[0-9]*$') + 1))
describe() { as alice forge act -f person."$version"="$1" person "people/$(printf alice | sha256sum | cut -c 1-2)/alice" Version="$version"; }
printf 'Format: 1\nName: Alice Zhang\nMail: none\nRoles: administrator device\n' >device
refused MALFORMED-RECORD "person record: the role 'device' is that of keys that deposit" "$(describe device)"
printf 'Format: 1\nName: Alice Zhang\nMail: none\nRoles: administrator manager\n' >open
accepted "$(describe open)"
