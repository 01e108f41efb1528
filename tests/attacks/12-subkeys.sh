#!/bin/bash
# A subkey speaks for somebody only when its primary key and it have both said so, and the archive has been told of this very subkey.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
as alice people-add -q --role manager grace
apply bob S-0007 --presses 1
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
for key in primary subkey other second; do pgp create $key "$key <$key@example.org>"; done
of() { pgp key <(pgp certificate "$1") | cut -d ' ' -f 3; }
primary=$(of primary) subkey=$(of subkey)
place() { echo "keys/${1:0:2}/$1"; }

# admit FINGERPRINT PERSON CERTIFICATE: as an administrator who does not look.
admit() { as alice forge act "${@:4}" -f key.asc="$PWD/$3" key "$(place "$1")" Version=1 To="$2" Scope=decide; }

# Each forged certificate beside what gpg makes of it: it does not let such a subkey sign either.
bad() {
	subkey make "${@:2}" primary subkey >bad
	refused MALFORMED-KEY "$1" "$(admit "$subkey" grace bad)"
}
unsigned='the subkey does not sign back that it belongs to its primary key'
bad "$unsigned" -b none
bad "$unsigned" -b other
bad "$unsigned" -t 24
bad 'the subkey may not sign: its primary key does not say so' -f 12
bad 'the subkey may not sign: its primary key does not say so' -f 0
bad 'the subkey is not bound to its primary key' -n
bad 'the subkey is not bound to its primary key with SHA-256 or better; renew it: gpg --quick-set-expire' -p other
bad 'the subkey is not bound to its primary key with SHA-256 or better; renew it: gpg --quick-set-expire' -l
bad 'the subkey has been revoked' -x
bad 'the key has been revoked' -X

# Another key than is said, or none that is in it.
subkey make primary subkey >good
refused WRONG-CONTENT "another key in 'key.asc'" "$(admit "$(of other)" grace good)"

# The control; and a seal's table takes the subkey, not the primary key.
accepted "$(admit "$subkey" grace good)"
past=$(date -u -d '10 minutes ago' +%Y-%m-%dT%H:%M:%SZ) # keys of our own sign with the time when they were made
for key in primary subkey; do payload erin by-$key approve "$path" Level=1 Role=manager Presses=1 Time="$past" Key="$(of $key)" Actor=grace; done

# The primary key is another key: it has not been admitted, and does not sign in the subkey's name, nor the other way round.
pgp sign primary by-primary >signature
unsaid UNKNOWN-KEY "key $primary is not registered" "$(forge commit by-primary signature)"
pgp sign primary by-subkey >signature
barred WRONG-KEY 'signed by another key than the statement names' "$(forge commit by-subkey signature)"
pgp sign subkey by-primary >signature
barred WRONG-KEY 'signed by another key than the statement names' "$(forge commit by-primary signature)"
sed "s/^Actor: .*/Actor: carol/; s/grace/carol/g" by-subkey >in-carols-name
pgp sign subkey in-carols-name >signature
unsaid KEY-OWNER "the key belongs to 'grace', not to 'carol'" "$(forge commit in-carols-name signature)"

# A second certificate with the same subkey, well bound by both; the same certificate for somebody else; its primary key for somebody else.
subkey make second subkey >again
refused WRONG-PREVIOUS "its parent is not an accepted act of '$(place "$subkey")'" "$(admit "$subkey" carol again -p none)"
sed 's/^Created: .*/Created: 2026-01-01T00:00:00Z/' subkey >renamed && chmod 600 renamed
subkey make second renamed >again
refused CONFLICT 'the key is registered already' "$(admit "$(of renamed)" carol again)"
pgp certificate primary >alone
refused CONFLICT "the primary key of the certificate belongs to 'grace'" "$(admit "$primary" frank alone)"
subkey make primary other >sibling
refused CONFLICT "the primary key of the certificate belongs to 'grace'" "$(admit "$(of other)" frank sibling)"

# A subkey of a seal, and of the registrar: whoever holds those makes no keys of people.
pgp create fresh 'fresh <fresh@example.org>'
subkey make "$TEST_DIR/S-0007" fresh >theirs
refused CONFLICT 'the key is registered already' "$(admit "$(of fresh)" frank theirs)"
subkey make "$CHANCERY_ARCHIVE/chancery/keys/registrar" fresh >theirs
refused CONFLICT "the primary key of the certificate belongs to 'registrar'" "$(admit "$(of fresh)" frank theirs)"

# The controls: her own next subkey under the same primary key lacks its proof alone (people-key), and she decides by the first.
refused NO-PROOF "'grace' has had a key before: another one wants its proof" "$(admit "$(of other)" grace sibling)"
pgp sign subkey by-subkey >signature
accepted "$(forge commit by-subkey signature)"
