#!/bin/bash
# A key belongs to somebody because an act says so: never by its name, by a piece of its fingerprint, or by a subkey.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
approve=(act approve "$path" Level=1 Role=manager Presses=1)
key=$(fingerprint carol)

# Somebody whose key says "carol <carol@example.org>", too.
make_person mallory
mv "$TEST_DIR/people/mallory/.gnupg" "$TEST_DIR/people/mallory/own"
mkdir -m 700 "$TEST_DIR/people/mallory/.gnupg"
as mallory gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key 'carol <carol@example.org>' ed25519 sign never 2>/dev/null
payload carol good "${approve[@]:1}"
sed "s/^Key: .*/Key: $(fingerprint mallory)/" good >forged
unsaid UNKNOWN-KEY "key $(fingerprint mallory) is not registered" "$(signed mallory forged)"
barred WRONG-KEY 'signed by another key than the statement names' "$(signed mallory good)"
check_status 1 as mallory seal-approve d1-000001
check_has err 'no secret key in your keyring belongs to anybody in this archive'

# Somebody who is in the archive himself, and says that he is carol.
unsaid KEY-OWNER "the key belongs to 'frank', not to 'carol'" "$(as frank forge "${approve[@]}" Actor=carol)"

# A piece of the fingerprint, or one in another form.
for short in "${key:24}" "${key:32}" "${key^^}" "0x$key" "$key "; do
	sed "s/^Key: .*/Key: $short/" good >forged
	barred MALFORMED-STATEMENT 'the statement does not follow the grammar' "$(signed carol forged)"
done

# A subkey signs, well bound to the primary key that the archive knows: it is another key.
payload erin erins "${approve[@]:1}"
as erin gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-add-key "$(fingerprint erin)" ed25519 sign never 2>/dev/null
subkey=$(as erin gpg --batch --with-colons --list-secret-keys 2>/dev/null | awk -F: '$1 == "fpr" { print tolower($10) }' | tail -n 1)
as erin git -C "$CHANCERY_ARCHIVE" verify-commit "$(signed erin erins -u "$subkey!")" 2>/dev/null || fail 'git refuses it, too'
barred WRONG-KEY 'signed by another key than the statement names' "$(signed erin erins -u "$subkey!")"
sed "s/^Key: .*/Key: $subkey/" erins >forged
unsaid UNKNOWN-KEY "key $subkey is not registered" "$(signed erin forged -u "$subkey!")"

# Nobody is given a key that is somebody's already, nor a device a person's, nor the other way round.
carols=keys/${key:0:2}/$key
refused WRONG-CONTENT "does not bring '$carols/key.asc'" "$(as alice forge act -f "key.asc=$TEST_DIR/carol.asc" key "$carols" Version=2 To=frank Scope=decide)"
mallorys=keys/$(fingerprint mallory | cut -c 1-2)/$(fingerprint mallory)
as mallory gpg --armor --export >mallory.asc
admit() { as "$1" forge act -f key.asc="$PWD/mallory.asc" key "$mallorys" Version=1 "${@:2}"; }
refused NO-PROOF "'carol' has had a key before: another one wants its proof" "$(admit carol To=carol Scope=decide)"
refused NOT-ALLOWED "no line of the policy allows 'carol' (roles: manager) to key '$mallorys'" "$(admit carol To=d8 Scope=deposit)"
refused WRONG-ROLE "'carol' is a person; keys that decide are persons', keys that deposit are not" "$(admit alice To=carol Scope=deposit)"
refused WRONG-ROLE "'d7' is no person; keys that decide are persons', keys that deposit are not" "$(admit alice To=d7 Scope=decide)"
wrong=keys/${key:0:2}/${key:0:38}00
refused WRONG-CONTENT "another key in 'key.asc'" "$(as alice forge act -f key.asc="$PWD/mallory.asc" key "$wrong" Version=1 To=carol Scope=decide)"

# The controls: erin's own key, beside its subkey; and mallory's, once an administrator has admitted it.
accepted "$(signed erin erins -u "$(fingerprint erin)!")"
as mallory people-key --key "$(fingerprint mallory)" prove carol | sed -n "/BEGIN PGP SIGNATURE/,\$p" >proof.asc
accepted "$(as alice forge act -f key.asc="$PWD/mallory.asc" -f proof.asc=proof.asc key "$mallorys" Version=1 Content-SHA256="$(sha256sum <mallory.asc | cut -c -64)" To=carol Scope=decide)"
apply bob S-0007
check_status 0 as mallory seal-approve --as carol "$APPLICATION"
