#!/bin/bash
# timeout: 300
# One secret has one owner and one id names one thing, or a person could be two, a device press for two seals, and nobody could say who did it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals S-0007 S-0008
print() { gpg --quiet --show-keys --with-colons "$1" 2>/dev/null | awk -F: '$1 == "fpr" { print tolower($10); exit }'; }
# later FILE: a certificate of the same secret, made to look like another key by the time at which it says it was created.
later() {
	sed "s/^Created: .*/Created: 2026-01-0${2:-2}T00:00:00Z/" "$1" >"$1.later"
	chmod 600 "$1.later"
	pgp certificate "$1.later"
}
admit() { as alice forge act -f key.asc="$1" key "keys/$(print "$1" | cut -c 1-2)/$(print "$1")" Version=1 To="$2" Scope="$3"; }
enrol() {
	as alice forge act -f device.1.asc="$1" seal-enrol "seals/$2" Seal="$2" Device="$3" Epoch=1 Device-Key="$(print "$1")" Board=paper \
		Image-SHA256="$(sha256sum </dev/null | cut -d ' ' -f 1)" Counter=0 Predecessor= "${@:4}"
}
known='the key is registered already'

pgp create own 'somebody <somebody@example.org>'
pgp certificate own >own.asc
pgp certificate "$TEST_DIR/S-0007" >device.asc
later "$TEST_DIR/S-0007" >device-later.asc
cp "$CHANCERY_ARCHIVE/chancery/keys/registrar" registrar
later registrar >registrar.asc

# A seal's device is not another seal's, nor a person's, a drive's, the registrar's; by no fingerprint.
refused CONFLICT "$known" "$(enrol device.asc S-0009 seal-0009)"
refused CONFLICT "$known" "$(enrol device-later.asc S-0009 seal-0009)"
refused CONFLICT "$known" "$(enrol registrar.asc S-0009 seal-0009)"
refused CONFLICT "$known" "$(enrol "$TEST_DIR/carol.asc" S-0009 seal-0009)"
refused CONFLICT "$known" "$(admit device.asc carol decide)"
refused CONFLICT "$known" "$(admit device-later.asc d7 deposit)"
refused CONFLICT "$known" "$(admit registrar.asc carol decide)"
refused CONFLICT "'seal-0007' is the device of a seal already" "$(enrol own.asc S-0009 seal-0007)"
refused CONFLICT "'carol' is a person already" "$(enrol own.asc S-0009 carol)"
refused CONFLICT "'d1' is a drive already" "$(enrol own.asc S-0009 D1)"
refused CONFLICT "'seal-0007' is the device of a seal already" "$(admit own.asc Seal-0007 deposit)"
refused WRONG-CONTENT 'a new device begins with counter 0' "$(enrol own.asc S-0009 seal-0009 Counter=7)"
refused WRONG-CONTENT 'a new seal has no predecessor' "$(enrol own.asc S-0009 seal-0009 Predecessor=seal-0007)"

# A person is not a device, nor the registrar, nor another person in capitals.
describe() {
	printf 'Format: 1\nName: %s\nMail: none\nRoles: manager\n' "$1" >person
	as alice forge act -f person.1=person person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1
}
refused CONFLICT "'d1' is a drive already" "$(describe d1)"
refused CONFLICT "'seal-0007' is the device of a seal already" "$(describe seal-0007)"
refused CONFLICT "'registrar' is the registrar already" "$(describe registrar)"
refused CONFLICT "'carol' is a person already" "$(describe Carol)"

# The controls: a secret and ids that nobody has.
accepted "$(enrol own.asc S-0009 seal-0009)"
accepted "$(describe caroline)"
refused CONFLICT "$known" "$(later own >again.asc; admit again.asc caroline decide)"

# What the device of one seal says of an application for another counts for nothing there.
apply bob S-0007
seven=$APPLICATION
apply bob S-0008
for each in "$seven" "$APPLICATION"; do
	as carol seal-approve -q "$each"
	as dave seal-approve -q "$each"
done
as bob paper-seal session "$APPLICATION" 1 none
paper-seal press "$TEST_DIR/S-0008" "$APPLICATION" 1 0
sevens=$(git -C "$CHANCERY_ARCHIVE" show "main:seals/S-0007/applications/$(date -u +%Y)/0/$seven/apply.0.bob" | sha256sum | cut -d ' ' -f 1)
awk '/^Format/ { n++ } n == 1' "$TEST_DIR/S-0008.receipts" >armed
awk '/^Format/ { n++ } n == 2' "$TEST_DIR/S-0008.receipts" | sed "/^-----BEGIN/,\$d;s/^Subject-SHA256: .*/Subject-SHA256: $sevens/" >press
pgp sign "$TEST_DIR/S-0008" press >press.asc
cat armed press press.asc >"$TEST_DIR/S-0008.receipts"
check_status 0 paper-seal record "$TEST_DIR/S-0008" "$APPLICATION"
check_status 0 chancery-verify -q
use "$seven" 1 0
check_status 0 chancery-verify -q
