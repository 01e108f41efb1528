#!/bin/bash
# An archive that cannot be written to, or whose keys are elsewhere, can be read: what is registered, and what was written to the drive and is not saved yet.
# Nothing can be changed, the mount says why, and nobody writes meanwhile. Then, where it can be, it is saved.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

office_of_readers() { # a drive is killed before it has saved
	archive
	drive -o commit=600
	mkdir "$DRIVE/files/lib"
	echo 1 >"$DRIVE/files/lib/registered"
	check_status 0 chancery-commit -q
	echo 2 >"$DRIVE/files/lib/journalled"
	head -c 600000 /dev/urandom >large
	cp large "$DRIVE/files/lib/large"
	drive_kill
}
warned() { check_output "$TEST_DIR/drive.err" <<<"chanceryfs: warning: mounted read-only, nothing can be saved here: $1"; }
refuses() { # refuses command...: with EROFS
	check_status 1 "$@"
	check_has err 'Read-only file system'
}
only_read() {
	[ "$(cat "$DRIVE/files/lib/registered" "$DRIVE/files/lib/journalled" "$DRIVE/history/$(last_day)/files/lib/registered" | tr -d '\n')" = 121 ] || fail "not to be read"
	cmp "$DRIVE/files/lib/large" large
	[ "$(getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/lib/registered")" = registered ] || fail "state"
	[ "$(getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/lib/journalled")" = journalled ] || fail "state"
	refuses bash -c ": >'$DRIVE/files/lib/new'"
	refuses bash -c ": >>'$DRIVE/files/lib/registered'"
	refuses mkdir "$DRIVE/files/space"
	refuses rm "$DRIVE/files/lib/registered"
	refuses mv "$DRIVE/files/lib/registered" "$DRIVE/files/lib/other"
	refuses touch -d 2020-01-01 "$DRIVE/files/lib/registered"
	refuses cp large "$DRIVE/drop/documents/x"
	check_status 0 chancery-status
	check_has out "drive	mounted read-only by process $DRIVE_PID"
	[ -w "$TEST_DIR/archive/chancery/journal/lock" ] || return 0
	check_status 75 chanceryfs -A "$TEST_DIR/archive" "$TEST_DIR/second"
	check_has err "is in use by process $DRIVE_PID"
}

mkdir "$TEST_DIR/second"
office_of_readers
before=$(find "$CHANCERY_ARCHIVE" -type f -printf '%P %T@ %s\n' | sort | sha256sum)

# Asked for. Two may read.
drive -o ro
[ ! -s "$TEST_DIR/drive.err" ] || fail "warned of what was asked for"
only_read
check_status 75 chancery-commit
check_output err <<<"chancery-commit: the drive, process $DRIVE_PID, is mounted read-only; unmount it, and try again"
check_status 0 chanceryfs -o ro "$TEST_DIR/second"
cmp "$TEST_DIR/second/files/lib/large" large
fusermount3 -u "$TEST_DIR/second"
[ "$(cat "$DRIVE/history/$(last_day)/files/lib/registered")" = 1 ] || fail "history has gone with the other drive"
kill -USR1 "$DRIVE_PID"
drive_end
[ "$(find "$CHANCERY_ARCHIVE" -type f -printf '%P %T@ %s\n' | sort | sha256sum)" = "$before" ] || fail "the archive was changed"

# What is registered meanwhile appears.
drive -o ro
sed 's/^Gap: .*/Gap: 1/' "$TEST_DIR/policy" >policy
as alice policy-set -q policy
wait_for cmp -s policy "$DRIVE/policy/rules.2"
drive_end

# No key to sign with, or to register with.
for key in device registrar; do
	mv "$CHANCERY_ARCHIVE/chancery/keys/$key" key
	drive
	warned "cannot open '$CHANCERY_ARCHIVE/chancery/keys/$key': No such file or directory"
	only_read
	drive_end
	mv key "$CHANCERY_ARCHIVE/chancery/keys/$key"
done

# Somewhere it cannot be written to.
if [ "$(id -u)" = 0 ]; then
	mkdir "$TEST_DIR/fixed"
	mount --bind "$CHANCERY_ARCHIVE" "$TEST_DIR/fixed"
	mount -o remount,bind,ro "$TEST_DIR/fixed"
	CHANCERY_ARCHIVE=$TEST_DIR/fixed
	drive
	warned "cannot open '$TEST_DIR/fixed/chancery/journal/lock': Read-only file system"
	only_read
	check_status 1 chancery-doctor
	grep -qP '^wrong\tdisk\tthe file system is read-only\t' out || fail "$(cat out)"
	grep -qP "^warning\tlocks\tcannot open '.*/chancery/lock': Read-only file system\t" out || fail "$(cat out)"
	# Who lets others write all the same is not believed.
	mount -i -o remount,rw "$DRIVE"
	refuses bash -c ": >'$DRIVE/files/lib/new'"
	drive_end
	umount "$TEST_DIR/fixed"
	CHANCERY_ARCHIVE=$TEST_DIR/archive
else
	chmod a-w "$CHANCERY_ARCHIVE/chancery/journal/lock"
	drive
	warned "cannot open '$CHANCERY_ARCHIVE/chancery/journal/lock': Permission denied"
	only_read
	drive_end
	chmod u+w "$CHANCERY_ARCHIVE/chancery/journal/lock"
fi

# What stock git has cloned has neither journal nor keys.
git clone -q --bare "$CHANCERY_ARCHIVE" "$TEST_DIR/stock.git"
drive -A "$TEST_DIR/stock.git"
warned "cannot open '$TEST_DIR/stock.git/chancery/journal': No such file or directory"
[ "$(cat "$DRIVE/files/lib/registered")" = 1 ] || fail "not to be read"
ls "$DRIVE" >out
check_has out files
! grep -qx drop out || fail 'there is a drop/'
refuses mkdir "$DRIVE/files/space"
drive_end

drive
[ ! -s "$TEST_DIR/drive.err" ] || fail "warned"
check_status 0 chancery-commit -q
saved files/lib/journalled "$DRIVE/files/lib/journalled"
saved files/lib/large "$DRIVE/files/lib/large"
drive_end
check_status 0 chancery-verify -q
