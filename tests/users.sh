# Users of this machine who are people of the archive; sourced after lib.sh and before drive.sh. The script goes on in a mount namespace of its own, in which
# /etc/passwd and /etc/group are ours.
#
#	bob carol dave erin frank	have accounts, uid 70001 and so on; mallory has one, too, and is nobody in the archive
#	user NAME command...		as that user of the system, with no rights of root's
# shellcheck shell=bash

[ "$(id -u)" = 0 ] || skip 'other users need root'
if [ -z "${USERS_INSIDE:-}" ]; then
	USERS_INSIDE=1 exec unshare -m --propagation private bash "$0" "$@"
fi
let_others_unmount

user_number=70000
cp /etc/passwd passwd
cp /etc/group group
for user_name in bob carol dave erin frank mallory; do
	user_number=$((user_number + 1))
	echo "$user_name:x:$user_number:$user_number::$TEST_DIR/homes/$user_name:/bin/sh" >>passwd
	echo "$user_name:x:$user_number:" >>group
	mkdir -p "$TEST_DIR/homes/$user_name"
	chown "$user_number:$user_number" "$TEST_DIR/homes/$user_name"
done
mount --bind passwd /etc/passwd
mount --bind group /etc/group
chmod 711 "$TEST_DIR"

user() {
	local name=$1
	shift
	setpriv --reuid "$name" --regid "$name" --init-groups env HOME="$TEST_DIR/homes/$name" "$@"
}
