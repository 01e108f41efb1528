#!/bin/bash
# The server of chancery-setup(7): an account that may run git and git-lfs and nothing else, for all who push, takes acts and large files; whose acts they are their keys say.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../transports.sh"
. "$(dirname "$0")/../drive.sh"

[[ $(transports) == *sshd* ]] || skip 'wants sshd'
[ -x /usr/bin/git-shell ] || skip 'wants git-shell'
office_seals
echo "archive:x:70100:70100::$TEST_DIR/srv:/usr/bin/git-shell" >>passwd
echo 'archive:x:70100:' >>group
mkdir -p "$TEST_DIR/srv/git-shell-commands"
mv "$CHANCERY_ARCHIVE" "$TEST_DIR/srv/archive"
ln -s "$BUILD/git-lfs-transfer" "$TEST_DIR/srv/git-shell-commands/"
chown -R archive:archive "$TEST_DIR/srv"
server() { setpriv --reuid archive --regid archive --init-groups env -u XDG_STATE_HOME -u XDG_CACHE_HOME -u XDG_CONFIG_HOME HOME="$TEST_DIR/srv" GNUPGHOME="$TEST_DIR/srv/.gnupg" "$@"; }
server chancery-receive --install -A "$TEST_DIR/srv/archive"
start_ssh
sed -i 's/^/restrict /' client.pub
chmod 711 .
url=ssh://archive@127.0.0.1$TEST_DIR/srv/archive
unset CHANCERY_ARCHIVE
of() { as "$1" "$2" -A "$TEST_DIR/$1" "${@:3}"; }

# No shell, and no other program.
check_status 128 ssh -p "$port" -i client -o StrictHostKeyChecking=no -o UserKnownHostsFile=known archive@127.0.0.1 id
check_has err "fatal: unrecognized command 'id'"

# Alice's clone and Bob's; his machine is admitted, and what he applies for and saves arrives, whole.
as alice chancery-clone -q "$url" "$TEST_DIR/alice" 2>/dev/null
as bob chancery-clone -q "$url" "$TEST_DIR/bob" 2>/dev/null
check_status 0 of alice people-key --key "$TEST_DIR/bob/chancery/keys/device.asc" admit --deposit d2
check_status 1 of bob seal-apply --document "$TEST_DIR/contract.txt" --reason 'a lease' S-0007
check_has err "this device's key has not been admitted, or it is not known here yet" 'then chancery-sync'
check_status 0 of bob chancery-sync
check_status 0 of bob seal-apply --document "$TEST_DIR/contract.txt" --reason 'a lease' S-0007
head -c 100000 /dev/urandom >photo.jpg
drive -A "$TEST_DIR/bob"
mkdir "$DRIVE/files/d2"
cp photo.jpg "$DRIVE/files/d2"
check_status 0 of bob chancery-commit
drive_end
check_status 0 server chancery-verify -q --store -A "$TEST_DIR/srv/archive"
check_status 0 of alice chancery-sync
check_status 0 of alice chancery-restore --at -0s -o photo files/d2/photo.jpg
cmp photo photo.jpg
check_status 1 of bob seal-approve --as carol d2-000001
check_status 0 as carol seal-approve -A "$TEST_DIR/alice" d2-000001

# All that is there belongs to the account, and the doctor has nothing to say against a user without a keyring.
find "$TEST_DIR/srv/archive" -not -user archive >others
check_output others </dev/null
check_status 0 server chancery-doctor -q -A "$TEST_DIR/srv/archive"
! grep -q '^wrong' out || fail "$(cat out)"
kill "$(cat sshd.pid)"
