#!/bin/bash
# A backup while a drive is mounted, written to and repacked under it: whole, incremental, verified; restored, and held against what has been seen.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../transports.sh"

command -v rsync >/dev/null || skip 'rsync is not installed'
# audit ARCHIVE: by somebody who has seen nothing newer.
audit() { rm -rf auditor; check_status 0 env XDG_STATE_HOME="$PWD/auditor" chancery-verify -q --full --store "$1"; }
main_of() { git -C "$1" rev-parse main; }

# Somebody saves without a pause, git packs what there is.
work() {
	local n=0

	until [ -e "$TEST_DIR/enough" ]; do
		n=$((n + 1))
		echo "$n" >"$DRIVE/files/lib/$((n % 50))"
		[ $((n % 10)) -ne 0 ] || chancery-commit -q
		[ $((n % 40)) -ne 0 ] || git -C "$CHANCERY_ARCHIVE" gc --quiet --prune=now 2>>"$TEST_DIR/gc.err" || true
		echo >>"$TEST_DIR/worked"
	done
}
has_worked() { [ "$(wc -l <"$TEST_DIR/worked")" -ge "$1" ]; }

archive
drive
mkdir "$DRIVE/files/lib"
echo first >"$DRIVE/files/lib/first"
chancery-commit -q
: >"$TEST_DIR/worked"
work &
worker=$!
for round in 1 2; do
	wait_for has_worked $((round * 30))
	check_status 0 chancery-backup backup
	head=$(cut -f 3 out)
	[ "$(main_of backup)" = "$head" ] || fail "$(main_of backup) instead of $head"
	git -C "$CHANCERY_ARCHIVE" merge-base --is-ancestor "$head" main
	audit backup
	git -C backup fsck --strict --full >checked 2>&1 || fail "$(cat checked)"
done
touch "$TEST_DIR/enough"
wait $worker
[ ! -e backup/chancery/lock ] || fail 'a lock was copied'
[ "$(stat -c %a backup/chancery/keys)" = 700 ] || fail "anybody can read the keys"

# Only what is new is copied; what is not needed any more goes.
echo once more >"$DRIVE/files/lib/first"
chancery-commit -q
git -C "$CHANCERY_ARCHIVE" gc --quiet --prune=now
chancery-backup -q backup
diff -r backup/objects "$CHANCERY_ARCHIVE/objects"
inode=$(stat -c %i backup/objects/pack/*.pack)
chancery-backup -q backup
[ "$(stat -c %i backup/objects/pack/*.pack)" = "$inode" ] || fail 'copied again'

# What is in the journal only is in the backup, and saved from there.
drive_end
drive -o commit=3600
echo journalled >"$DRIVE/files/lib/waits"
check_status 0 chancery-backup -n backup
chancery-backup -q backup
check_status 0 chancery-backup --restore backup restored
[ "$(cut -f 1,3 out)" = "$(printf 'restored\t%s' "$(main_of "$CHANCERY_ARCHIVE")")" ] || fail "$(cat out)"
check_status 0 chancery-commit -q -A restored
echo journalled >expected
git -C restored show main:files/lib/waits | cmp - expected
check_status 0 as alice chancery-doctor -q -A restored
drive_end
chancery-status >status

# The backup is of yesterday: restored, it says what is missing. It is not written over by what it is ahead of.
check_status 1 chancery-backup -q --restore backup restored
check_has err "'restored' is there already"
check_status 1 chancery-backup -q --restore backup yesterday
check_has err 'ROLLBACK: ' 'has been seen'
[ "$(main_of yesterday)" = "$(main_of backup)" ] || fail 'not restored'
chancery-backup -q backup
check_status 1 chancery-backup -q -A yesterday backup
check_has err 'ROLLBACK: '
rm -rf "$XDG_STATE_HOME/chancery/seen"
before=$(main_of backup)
check_status 1 chancery-backup -q -A yesterday backup
check_has err 'ROLLBACK: the backup ends with page ' 'it is left alone'
[ "$(main_of backup)" = "$before" ] || fail 'written over'
mkdir other
touch other/thing
check_status 1 chancery-backup -q other
check_has err "'other' is not empty, and no backup of ours"
check_status 1 chancery-backup -q --restore other new
check_has err "'other' is no backup"

# Whoever waits at a terminal is told how far it is.
mkdir slow
printf '#!/bin/sh\nexec %s --bwlimit=300 "$@"\n' "$(command -v rsync)" >slow/rsync
chmod +x slow/rsync
head -c 1500000 /dev/urandom >"$CHANCERY_ARCHIVE/chancery/drop/documents/more"
PATH=$PWD/slow:$PATH script -qec 'chancery-backup slowly' /dev/null </dev/null >shown
grep -qE 'chancery-backup: [1-9][0-9]* bytes copied' shown || fail "$(cat shown)"
rm -r slowly "$CHANCERY_ARCHIVE/chancery/drop/documents/more"

# No room: what went wrong is said, not the status of a program that nobody has started.
head -c 100000 /dev/urandom >"$CHANCERY_ARCHIVE/chancery/drop/documents/much"
check_status 74 bash -c "trap '' XFSZ; ulimit -f 60; exec chancery-backup -q backup"
check_has err "chancery-backup: cannot copy '" 'File too large' 'what was there before is good, try again'
[ "$(main_of backup)" = "$before" ] || fail 'not what it was'
check_status 0 chancery-backup -q backup

# The same by ssh.
[[ $(transports) == *sshd* ]] || skip 'no sshd; the rest passed' # not by grep -q, which does not wait for the last of them
start_ssh
export RSYNC_RSH=$GIT_SSH_COMMAND
check_status 0 chancery-backup "$user@127.0.0.1:$TEST_DIR/far/backup"
chancery-backup -q "$user@127.0.0.1:$TEST_DIR/far/backup"
audit "$TEST_DIR/far/backup"
check_status 0 chancery-backup -q --restore "$user@127.0.0.1:$TEST_DIR/far/backup" back
[ "$(main_of back)" = "$(main_of "$CHANCERY_ARCHIVE")" ] || fail 'not restored by ssh'
stop_servers
check_status 75 chancery-backup -q "$user@127.0.0.1:$TEST_DIR/far/backup"
check_has err "chancery-backup: '$user@127.0.0.1:$TEST_DIR/far/backup' cannot be reached: ssh: connect to host 127.0.0.1 port $port: Connection refused"
