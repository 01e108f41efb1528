#!/bin/bash
# Keys with subkeys, as gpg makes them in many a setup and on cards: one key certifies, another signs.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../elsewhere.sh"

office_seals
gpg_of() { as "$1" gpg --quiet --batch --no-tty --yes --pinentry-mode loopback --passphrase '' "${@:2}" 2>/dev/null; }
signing_subkeys() { gpg_of "$1" --with-colons --list-secret-keys | awk -F: '$1 == "ssb" { on = $12 ~ /s/ } $1 == "fpr" && on { print tolower($10); on = 0 }'; }

# person_with_subkey ID ROLE PRIMARY SUBKEY: in words of gpg's parameter files; the primary key certifies only.
person_with_subkey() {
	mkdir -p "$TEST_DIR/people/$1/.gnupg"
	chmod 700 "$TEST_DIR/people/$1/.gnupg"
	echo disable-check-own-socket >"$TEST_DIR/people/$1/.gnupg/gpg-agent.conf"
	printf '%%no-protection\nKey-%s\nKey-Usage: cert\nSubkey-%s\nSubkey-Usage: sign\nName-Real: %s\nExpire-Date: 0\n' \
		"${3/;/$'\n'Key-}" "${4/;/$'\n'Subkey-}" "$1" >parameters
	gpg_of "$1" --generate-key parameters
	office_person "$1" "$1" "$2"
}
ed25519='Type: EDDSA;Curve: ed25519' nistp256='Type: ECDSA;Curve: nistp256' nistp384='Type: ECDSA;Curve: nistp384' rsa='Type: RSA;Length: 2048'

# A primary key that the archive knows signs, whatever subkeys stand beside it: gpg alone would take the subkey.
gpg_of carol --quick-add-key "$(fingerprint carol)" ed25519 sign never
apply bob S-0007
check_status 0 as carol seal-approve "$APPLICATION"

# Where the primary key certifies only, the archive gets to know the subkey, and a seal's table does.
person_with_subkey grace director "$ed25519" "$ed25519"
grace=$(signing_subkeys grace)
check_status 0 as grace seal-approve "$APPLICATION"
check_has out 'nothing: 1 of 1 presses are left'
git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%B main | grep "^Key: $grace$" >/dev/null || fail 'it is not the subkey that signed'
as alice seal-table -q S-0007
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/table.1 >table
check_has table "$grace"
check_status 0 chancery-verify -q

# Of every kind that gpg makes.
n=0
for primary in "$rsa" "$nistp256" "$ed25519"; do
	for subkey in "$rsa" "$nistp384" "$ed25519"; do
		person=p$((++n))
		person_with_subkey "$person" manager "$primary" "$subkey"
		apply bob S-0007
		check_status 0 as "$person" seal-approve -q "$APPLICATION"
		as "$person" git -C "$CHANCERY_ARCHIVE" log --no-merges --format='%G?' --author="$person" main 2>/dev/null | grep '[GU]' >/dev/null ||
			fail "git does not call it good: $primary, $subkey"
	done
done
check_status 0 chancery-verify -q
check_status 0 chancery-export -q -o case.tar "$APPLICATION"
check_status 0 chancery-verify -q case.tar

# And elsewhere: the command that is printed names the subkey.
apply bob S-0007
seal-approve --as p3 --payload file "$APPLICATION" >out
check_has out "--local-user $(signing_subkeys p3)!"
sign_elsewhere p3 file
check_status 0 chancery-submit -q file file.asc

# Several that could sign: which, has to be said.
gpg_of grace --quick-add-key "$(fingerprint grace)" rsa2048 sign never
gpg_of grace --armor --export --output "$TEST_DIR/grace2.asc"
mv "$TEST_DIR/people/grace/.gnupg" "$TEST_DIR/people/grace/kept"
check_status 1 as alice people-add --role director --key "$TEST_DIR/grace2.asc" helen
check_has err 'several subkeys of it sign; say the fingerprint of one'

# Who founds an archive has such a key.
mkdir -p "$TEST_DIR/people/ivy/.gnupg"
chmod 700 "$TEST_DIR/people/ivy/.gnupg"
gpg_of ivy --quick-generate-key 'ivy <ivy@example.org>' ed25519 cert never
gpg_of ivy --quick-add-key "$(fingerprint ivy)" ed25519 sign never
check_status 0 as ivy chancery-init -q --name Other --policy "$TEST_DIR/policy" other ivy
check_status 0 chancery-verify -q -A other
