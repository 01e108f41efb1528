#!/bin/bash
# Keys of other types than Ed25519 decide as well, and gpg and we agree on them. A seal cannot know them, and its table says so.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

PATH=$BUILD/tests/helpers:$PATH

with_key() {
	mkdir -p "$TEST_DIR/people/$1/.gnupg"
	chmod 700 "$TEST_DIR/people/$1/.gnupg"
	as "$1" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key "$1 <$1@example.org>" "$2" sign never 2>/dev/null
	office_person "$1" "$1" "$3"
}

office_seals
with_key ray rsa3072 manager
with_key nina nistp256 director
check_status 0 as alice seal-table -n S-0007
check_has err ray nina
apply bob S-0007
as ray seal-approve -q "$APPLICATION"
as nina seal-approve -q "$APPLICATION"
check_status 0 chancery-verify
as bob seal-show "$APPLICATION" >shown
check_has shown 'nothing: 1 of 1 presses are left'

# A signature by ray's key over other bytes is bad; over these bytes, made by stock gpg alone, it is good.
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/$APPLICATION
as ray forge act -o payload approve "$path" Level=1 Role=manager Presses=1
sed 's/^Presses: 1$/Presses: 2/' payload >other
as ray gpg --quiet --batch --armor --detach-sign --output other.asc other
as ray gpg --quiet --batch --armor --detach-sign --output payload.asc payload
check_status 1 forge register "$(forge commit payload other.asc)"
check_output err <<<'forge: BAD-SIGNATURE: the signature does not fit the bytes and the key'
check_status 0 forge register "$(forge commit payload payload.asc)"
check_has out 'OK'
check_status 0 chancery-verify
