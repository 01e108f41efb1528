#!/bin/bash
# What goes wrong in the middle of a session, beside tests/firmware/unlock-recover.sh: the camera dies, the disk fills up, the seal is suspended. The seal locks, nothing
# is lost, and the record says so.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
# At the end of a stream: see plug in tests/office-sim.sh.
export CHANCERY_SEAL=unix:$TEST_DIR/seal.socket
deadline() { SEAL_SIM=(--deadline-ms "$1" --socket "$TEST_DIR/seal.socket"); }
deadline 60000
spool=$CHANCERY_ARCHIVE/chancery/spool
left() { as bob seal-unlock -n "$APPLICATION" | grep -F "nothing: $1 of "; }
photos() { as bob seal-log | grep -c "	$APPLICATION	.*	$1\$" || true; }

# camera_until_photo COMMAND: a stream of pictures; when the first photo is in the spool, the command.
camera_until_photo() {
	cat >"$TEST_DIR/stream" <<-END
		#!/bin/bash
		[ ! -e $TEST_DIR/dead ] || exit 7
		while camera $TEST_DIR/seal.pgm; do
			for photo in $spool/*/*.jpg; do [ ! -e "\$photo" ] || { $1; }; done
			sleep 0.02
		done
	END
	chmod +x "$TEST_DIR/stream"
	echo "exec $TEST_DIR/stream"
}

# A camera that streams does as well as one that is run for each picture.
approved --presses 12
check_status 0 unlock --presses 2 --camera "$(camera_until_photo true)"
left 10
[ "$(photos yes)" -eq 2 ] || fail "$(photos yes) photos instead of 2"

# Somebody decides on it just before the session is signed: what stands then is reported to the seal.
cat >"$TEST_DIR/meanwhile" <<END
#!/bin/bash
[ -e $TEST_DIR/decided ] || { touch $TEST_DIR/decided && GNUPGHOME=$TEST_DIR/people/carol/.gnupg HOME=$TEST_DIR/people/carol seal-withdraw -q --cap 11 $APPLICATION; } || exit
exec camera $TEST_DIR/seal.pgm
END
chmod +x "$TEST_DIR/meanwhile"
check_status 0 unlock --presses 1 --camera "exec $TEST_DIR/meanwhile"
left 8

# It dies behind the first photo: the seal locks by its own deadline, and the session is on record with that.
deadline 3000
check_status 1 unlock --presses 5 --camera "$(camera_until_photo 'touch '"$TEST_DIR"'/dead; exit 7')"
check_has err 'TOO-LATE: the seal has locked after ' ' of 5 presses: the code was not seen in time; the camera '
deadline 60000
rm "$TEST_DIR/dead"
[ -z "$(ls "$spool")" ] || fail 'the spool is not empty'
used=$(as bob seal-list | grep "^$APPLICATION" | cut -f 6)
[ "$(photos yes)" -eq "$used" ] || fail "$(photos yes) photos of $used presses"

# The disk fills up behind the first photo: that of the next press is still kept, then the seal locks.
[ "$(id -u)" -eq 0 ] || skip 'a small disk can be mounted by root only'
mount -t tmpfs -o size=40m none "$spool"
trap 'umount "$spool"' EXIT
before=$used
check_status 74 unlock --presses 5 --camera "$(camera_until_photo 'head -c 60M /dev/zero >'"$spool"'/filler 2>/dev/null')"
check_has err 'the disk is full; ended after ' ' of 5 presses, whose receipts and photos are kept'
used=$(as bob seal-list | grep "^$APPLICATION" | cut -f 6)
[ "$used" -gt "$before" ] || fail 'nothing was pressed'
[ "$(photos yes)" -eq "$used" ] || fail "$(photos yes) photos of $used presses; $before before"
[ "$(ls "$spool")" = filler ] || fail 'the spool is not empty'

# Where there is no room to begin with the seal is not opened.
head -c 60M /dev/zero >"$spool/filler" 2>/dev/null || true
check_status 74 unlock --presses 1
check_has err 'cannot set 33 MiB aside in the spool for photos: No space left on device'
umount "$spool"
trap - EXIT
[ "$(as bob seal-list | grep "^$APPLICATION" | cut -f 6)" = "$used" ] || fail 'pressed without room for the photo'
check_status 0 unlock --presses 1

# Suspended by an administrator. The seal that hears of it stays locked also for somebody with an archive of the day before.
office_allows 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*'
as alice seal-table -q --earlier 1 S-0007
check_status 0 unlock --presses 1
cp -r "$CHANCERY_ARCHIVE" "$TEST_DIR/yesterday"
as alice seal-suspend -q --reason 'found open' S-0007
check_status 1 unlock --presses 1
check_output err <<<"seal-unlock: SUSPENDED: seal 'S-0007' is suspended: see chancery-status"
forget_seen
yesterday() { CHANCERY_ARCHIVE=$TEST_DIR/yesterday unlock --presses 1; }
check_status 1 yesterday
check_has err 'seal-unlock: SUSPENDED: the seal says: the seal is suspended'
forget_seen
as alice seal-resume -q --reason 'it was the cleaner' S-0007
check_status 0 unlock --presses 1
