#!/bin/bash
# A device's evidence, brought by a drive that the policy lets: it is of this device, whole, about a session of this application, with the photos that the device has
# acknowledged. And what is said of a press afterwards is about a press that there was.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals S-0007 S-0008
year=$(date -u +%Y)
sum() { sha256sum "$@" | cut -c 1-64; }
# opened SEAL: an application, approved, with a session of two presses
opened() {
	apply bob "$1" --presses 2 --photos 2
	path=seals/$1/applications/$year/0/$APPLICATION
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
	as bob paper-seal session "$APPLICATION" 2 none
	session=$(forge id "$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H --grep '^Act: seal-session$' main -- "$path")")
}
opened S-0007
foreign=$path foreigns=$session
opened S-0007
key=$TEST_DIR/S-0007
paper-seal press "$key" "$APPLICATION" 2 1
mv "$key.receipts" good # arm, press, photo, press
printf 'photo of %s\n' "$(sed -n 's/^Code: //p' good | sed -n 2p)" >photo
[ "$(sed -n 's/^Watch: photo //p' good)" = "$(sum photo)" ] || fail 'another photo'

# brings RECEIPTS LAST [FORGE'S OPTION... --] [KEY=VALUE...]: the record of them, from the first one on
by=(forge act -d) from=1
brings() {
	local receipts=$1 last=$2 files=()
	shift 2
	while [[ "${1:-}" == -f ]]; do files+=("$1" "$2") && shift 2; done
	"${by[@]}" -f "receipts.$from=$receipts" "${files[@]}" seal-record "$path" Session="$session" First-Counter=$from Last-Counter="$last" \
		Receipts-SHA256="$(sum "$receipts")" "$@"
}
line() { echo "Photos-SHA256=$(echo "3 $(sum "$1")" | sum)"; }
taken=(-f photos/3.jpg=photo "$(line photo)")
# signs KEY SED-SCRIPT [RECEIPTS]: the first receipt, changed, and signed anew by that key
signs() {
	awk '/^Format/ { n++ } n == 1 { print }' "${3:-good}" | sed "/^-----BEGIN/,\$d;$2" >text
	pgp sign "$1" text >text.asc
	cat text text.asc
}

# Another device, another epoch, another's key; the control of the forger.
other="a receipt is by another device or epoch than that of seal 'S-0007'"
signs "$key" 's/^Epoch: 1/Epoch: 2/' >bent
refused WRONG-DEVICE "$other" "$(brings bent 1)"
signs "$key" 's/^Device: seal-0007/Device: seal-0008/' >bent
refused WRONG-DEVICE "$other" "$(brings bent 1)"
signs "$TEST_DIR/S-0008" 's/^Device: seal-0007/Device: seal-0008/' >bent
refused WRONG-DEVICE "$other" "$(brings bent 1)"
signs "$TEST_DIR/S-0008" '' >bent
refused BAD-SIGNATURE 'the signature of receipt 1 does not fit' "$(brings bent 1)"
signs "$key" '' >same
before=$(main)
accepted "$(brings same 1)"
restore
forget_seen

# Not whole: one less in the middle, none, one that is not counted, something behind them.
awk '/^Format/ { n++ } n != 2' good >bent
refused WRONG-PREVIOUS 'receipt 3 does not follow receipt 1' "$(brings bent 4 "${taken[@]}")"
: >bent
refused WRONG-CONTENT "no receipts in 'receipts.1'" "$(brings bent 0)"
{ cat good; echo more; } >bent
refused MALFORMED-RECORD 'the receipts are not in canonical form' "$(brings bent 4 "${taken[@]}")"
for last in 3 5; do refused WRONG-CONTENT "Last-Counter 'is not that of the last receipt'" "$(brings good $last "${taken[@]}")"; done
refused WRONG-CONTENT "Receipts-SHA256 'is not the digest of the content'" "$(brings good 4 "${taken[@]}" Receipts-SHA256="$(sum photo)")"
signs "$key" 's/^Counter: 1/Counter: 2/' >bent
refused WRONG-PREVIOUS 'receipt 2 does not follow receipt 0' "$(brings bent 2)"
# Nor with another one before them than the device had issued: as it was, its flash was put back.
{ signs "$key" 's/^Boot: 1/Boot: 2/'; awk '/^Format/ { n++ } n > 1' good; } >bent
refused WRONG-PREVIOUS 'receipt 2 does not follow receipt 1' "$(brings bent 4 "${taken[@]}")"

# Photos: another in its place, one that the act does not name, one named that is not there, one that no receipt is about.
echo 'another picture' >another
refused WRONG-CONTENT "not the photo that the seal has acknowledged: 'photos/3.jpg'" "$(brings good 4 -f photos/3.jpg=another "$(line another)")"
digest="Photos-SHA256 'is not the digest of the photos'"
refused WRONG-CONTENT "$digest" "$(brings good 4 -f photos/3.jpg=photo)"
refused WRONG-CONTENT "$digest" "$(brings good 4 -f photos/3.jpg=photo "$(line another)")"
refused WRONG-CONTENT "$digest" "$(brings good 4 "$(line photo)")"
refused WRONG-CONTENT "brings more files than 'seal-record'" "$(brings good 4 "${taken[@]:0:2}" -f photos/4.jpg=another "${taken[2]}")"

# A session of another application, an act that is none; somebody who is neither its applicant nor a drive.
for act in "$foreigns" "$(forge id "$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H --grep '^Act: apply$' main -- "$path")")" "$(sum photo)"; do
	refused WRONG-PREVIOUS 'names no session of this application' "$(brings good 4 "${taken[@]}" Session="$act")"
done
by=(as carol forge act)
refused NOT-ALLOWED "no line of the policy allows 'carol' (roles: manager) to seal-record '$path'" "$(brings good 4 "${taken[@]}")"
by=(forge act -d)

# The control.
accepted "$(brings good 4 "${taken[@]}")"
refused CONFLICT 'begins with receipt 1; receipt 5 comes next' "$(brings good 4 "${taken[@]}")"

# What follows later is behind what is on record.
paper-seal press "$key" "$APPLICATION" 1 0
from=5
signs "$key" "s/^Previous-SHA256: .*/Previous-SHA256: $(sum good)/" "$key.receipts" >bent
refused WRONG-PREVIOUS 'receipt 5 does not follow receipt 4' "$(brings bent 5)"
accepted "$(brings "$key.receipts" 6)"

# What is said of a press: of one that there was, for this application, by who has pressed; a photo that is the one that is named, or a reason.
says() { as "$1" forge act "${@:2}"; }
press() { says bob -f photos/press-"$1".jpg=another seal-photo "${2:-$path}" Press="$1" Photo-SHA256="$(sum another)"; }
none() { echo "no recorded receipt says that press $1 was for this application"; }
for receipt in 1 3 7; do refused WRONG-CONTENT "$(none $receipt)" "$(press $receipt)"; done
refused WRONG-CONTENT "$(none 4)" "$(press 4 "$foreign")"
refused WRONG-CONTENT "Photo-SHA256 'is not the digest of the content'" \
	"$(says bob -f photos/press-4.jpg=another seal-photo "$path" Press=4 Photo-SHA256="$(sum photo)")"
either='a press has a photo, or a reason why it has none'
refused WRONG-CONTENT "$either" "$(says bob -f photos/press-4.jpg=another seal-photo "$path" Press=4 Photo-SHA256="$(sum another)" Void=blurred)"
refused WRONG-CONTENT "$either" "$(says bob seal-photo "$path" Press=4)"
refused NOT-ALLOWED "no line of the policy allows 'carol' (roles: manager) to seal-photo '$path'" "$(says carol seal-photo "$path" Press=4 Void=blurred)"
accepted "$(press 4)"
