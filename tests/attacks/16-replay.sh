#!/bin/bash
# A decision counts for what it was made for, once: not for another version, archive, seal, level, place in the order, and not again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals S-0007 S-0008
apply bob S-0007 --presses 2
apply bob S-0007 --presses 2 --title 'Desks, second version'
year=$(date -u +%Y)
first=seals/S-0007/applications/$year/0/d1-000001
second=seals/S-0007/applications/$year/0/d1-000002
approve() { as "$1" forge act approve "$2" Presses=2 "${@:3}"; }
level1=(Level=1 Role=manager)

# An approval of version 1, taken for version 2: the digest of what it is about is in it.
one=$(approve carol "$first" "${level1[@]}")
subject=$(field "$one" Subject-SHA256)
refused WRONG-SUBJECT "Subject-SHA256 is not that of '$second'" "$(approve carol "$second" "${level1[@]}" Subject-SHA256="$subject")"
# Its chain, too: an act of the one cannot follow an act of the other.
tip=$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H main -- "$first")
refused WRONG-PREVIOUS "its parent is not an accepted act of '$second'" "$(approve carol "$second" "${level1[@]}" -p "$tip")"

# The control, and the same one again: as it is, and with a second signature, which is another commit of the same act.
accepted "$one"
check_status 1 forge register "$one"
check_output err <<<'forge: DUPLICATE: registered already'
check_status 0 chancery-verify -q
payload=$TEST_DIR/payload
git -C "$CHANCERY_ARCHIVE" cat-file commit "$one" | sed '/^gpgsig/,/^ -----END/d' >"$payload"
again=$(signed carol "$payload" --faked-system-time "$(($(date +%s) + 60))")
[ "$again" != "$one" ] || fail 'the second signature is the first'
check_status 1 forge register "$again"
check_output err <<<'forge: DUPLICATE: registered already'
before=$(main)
forge page -a "$again" >lie
verify_says "DUPLICATE: page $(field "$(main)" Seq) of the register says OK of act $(field "$before" Accepted): registered already"
restore

# For another level: of an application that stands at level 2, and of one that stands at level 1.
refused CONFLICT "another decision was registered first" "$(approve erin "$first" "${level1[@]}")"
refused LEVEL-ORDER 'the application is not at this level' "$(approve dave "$second" Level=2 Role=director)"
refused LEVEL-ORDER 'the application is not at this level' "$(approve dave "$first" Level=3 Role=director)"
# At level 2 Previous names the approvals of level 1, not the application.
refused WRONG-PREVIOUS 'does not follow what was decided before' \
	"$(approve dave "$first" Level=2 Role=director Previous-SHA256="$(field "$one" Previous-SHA256)")"
accepted "$(approve dave "$first" Level=2 Role=director)"

# After a refusal: what was refused once is not tried again with better luck. (Presses=1: not the act above, were it made in the same second.)
early=$(approve dave "$second" Level=2 Role=director Presses=1)
refused LEVEL-ORDER 'the application is not at this level' "$early"
application=$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H main -- "$second")
two=$(approve carol "$second" "${level1[@]}")
accepted "$two"
check_status 1 forge register "$early"
check_output err <<<'forge: DUPLICATE: registered already'
accepted "$(approve dave "$second" Level=2 Role=director)"

# For another seal: the path says S-0008, the statement S-0007; and a device or an epoch that is not the seal's.
apply_to() { as bob forge act -f record=record -f attachments/contract.txt="$TEST_DIR/contract.txt" apply "$@" Presses=1; }
digest=$(sha256sum "$TEST_DIR/contract.txt" | cut -d ' ' -f 1)
printf 'Format: 1\nKind: application\nTitle: t\nReason: r\nAttachment: %s 13 contract.txt\n' "$digest" >record
common=(Subject-SHA256="$(sha256sum record | cut -d ' ' -f 1)" Document-SHA256="$digest" Nonce=0123456789abcdef0123456789abcdef Photos=0 Fresh=0)
eighth=seals/S-0008/applications/$year/0
refused WRONG-SEAL 'Seal and Subject differ' "$(apply_to "$eighth/d1-000003" "${common[@]}" Seal=S-0007 Device=seal-0007 Epoch=1)"
refused WRONG-DEVICE "the device of seal 'S-0008' is 'seal-0008'" "$(apply_to "$eighth/d1-000003" "${common[@]}" Seal=S-0008 Device=seal-0007 Epoch=1)"
refused WRONG-EPOCH "the epoch of seal 'S-0008' is 1" "$(apply_to "$eighth/d1-000003" "${common[@]}" Seal=S-0008 Device=seal-0008 Epoch=2)"
accepted "$(apply_to "$eighth/d1-000003" "${common[@]}" Seal=S-0008 Device=seal-0008 Epoch=1)"
refused CONFLICT "'$eighth/d1-000003' is there already" "$(apply_to "$eighth/d1-000003" "${common[@]}" Seal=S-0008 Device=seal-0008 Epoch=1 -p none)"

# For another archive of the same people: the application itself, and the approval, which alone would bring the application in unnamed.
id=$(git -C "$CHANCERY_ARCHIVE" show main:archive/record | sed -n 's/^Archive: //p')
other=$TEST_DIR/other
as alice chancery-init -q --policy "$TEST_DIR/policy" "$other" alice
for person in bob carol; do as alice people-add -q -A "$other" --role manager --key "$TEST_DIR/$person.asc" "$person"; done
git -C "$other" fetch -q "$CHANCERY_ARCHIVE" main
export CHANCERY_ARCHIVE=$other
check_status 1 forge register "$two"
check_output err <<<'forge: WRONG-PREVIOUS: its parent has not been registered'
unsaid WRONG-ARCHIVE "made for archive $id" "$application"
