#!/bin/bash
# A press is never lost: seal-unlock killed, the seal unplugged, interrupted; what was pressed is brought in by the next visit, and counts.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
spool=$CHANCERY_ARCHIVE/chancery/spool

# camera_that COMMAND: looks like any other until the first photo is in the spool, then runs the command before it looks: the next press follows a look.
camera_that() {
	cat >"$TEST_DIR/fatal-camera" <<-END
		#!/bin/sh
		for photo in $spool/*/*.jpg; do [ ! -e "\$photo" ] || $1; done
		camera $TEST_DIR/seal.pgm
	END
	chmod +x "$TEST_DIR/fatal-camera"
	echo "exec $TEST_DIR/fatal-camera"
}

# kept: something is in the spool; left N: presses of the application that remain, as the register knows it.
kept() { [ -n "$(ls "$spool")" ]; }
left() { as bob seal-unlock -n "$APPLICATION" | grep -F "nothing: $1 of "; }

# Killed while its camera gives no picture: nobody holds the camera any longer.
approved --presses 1
check_status 137 unlock --camera 'echo $$ >camera.pid; kill -9 $PPID; exec sleep 600'
gone() { ! grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$(cat "$1")/status"; }
wait_for gone camera.pid

# Killed behind its first photo: the press is in the spool, not in the register. The next visit brings it in before anything else.
approved --presses 12
check_status 137 unlock --presses 3 --camera "$(camera_that 'kill -9 $PPID')"
kept
left 12
check_status 1 unlock --presses 12
check_has err 'TOO-MANY-PRESSES: asks for 12 presses; 11 remain'
left 11
! kept || fail 'the spool is not empty'

# The same without the seal: chancery-sync, here where the register is; a second time there is nothing to be done.
check_status 137 unlock --presses 3 --camera "$(camera_that "{ ! grep -qs 'Kind: photo' $spool/*/*.receipt || kill -9 \$PPID; }")"
chancery-status >status
check_has status 'spool	1 session with a seal is not on record; chancery-sync brings in what it can, seal-unlock the rest'
check_status 0 chancery-sync
left 10
! kept || fail 'the spool is not empty'
check_status 1 chancery-sync
check_has err 'is no clone: its register is here'
! chancery-status | grep -q ^spool || fail 'status says that a spool is left'

# It keeps off what another program is working on.
check_status 0 unlock --presses 2 --camera "$(camera_that 'chancery-sync 2>>meanwhile >&2')"
check_has meanwhile 'chancery-sync: what a seal has reported in 1 session waits in the spool; seal-unlock brings it in, with the seal attached'
left 8

# A photo that the seal had not been told of when the program was killed.
check_status 137 unlock --presses 2 --photo-mode manual --camera '[ -z "$(grep -ls "Kind: press" '"$spool"'/*/*.receipt)" ] || kill -9 $PPID; camera '"$TEST_DIR/seal.pgm"
receipt=$(grep -l 'Kind: press' "$spool"/*/*.receipt)
cp "$SRC/tests/fuzz/corpus/jpeg/code" "${receipt%.receipt}.jpg"
check_status 0 chancery-sync
check_has err 'chancery-sync: what a seal has reported in 1 session waits in the spool'
kept
check_status 0 unlock --presses 1
left 6
photos=$(as bob seal-show "$APPLICATION" | grep -c '^receipt.*	photo	')
[ "$photos" -eq 6 ] || fail "$photos photos instead of 6"

# Power cut while open; umockdev's end of the cable takes seal-unlock down, too. At power-on the seal is locked and says what was cut, and the press
# that it reports then counts.
status=0
plug seal bob sh -c 'echo $$ >unlock.pid; SEAL=$PPID; export SEAL; exec seal-unlock "$@"' sh --presses 2 --camera "$(camera_that 'kill -9 $SEAL')" "$APPLICATION" 2>err || status=$?
[ "$status" -eq 137 ] || fail "the power was not cut: $status"
wait_for gone unlock.pid # as long as it lives the spool is its own
kept
check_status 0 unlock --presses 1
left 4
as bob seal-show "$APPLICATION" >shown
grep -q '^receipt.*	abort	' shown || fail 'no receipt says that the session was cut'

# Interrupted by its user: the seal locks at once, and the press made by then is recorded.
check_status 1 unlock --presses 2 --camera "$(camera_that 'kill -INT $PPID')"
check_has err 'interrupted after 1 of 2 presses'
left 3
! kept || fail 'the spool is not empty'
approved --presses 5
for signal in HUP TERM; do
	check_status 1 unlock --presses 2 --camera "$(camera_that "kill -$signal \$PPID")"
	check_has err 'interrupted after 1 of 2 presses'
	! kept || fail 'the spool is not empty'
done
left 3

# Where the policy does not let this machine deposit records, the applicant brings them.
grep -v seal-record "$TEST_DIR/policy" >"$TEST_DIR/stricter"
as alice policy-set -q "$TEST_DIR/stricter"
as alice seal-table -q --earlier 1 S-0007
check_status 0 unlock --presses 1
as bob seal-show "$APPLICATION" >shown
check_has shown '	bob	seal-record	'
chancery-verify >out

# What was left behind for an application that is closed by now comes home all the same.
approved --presses 2
check_status 137 unlock --camera "$(camera_that 'kill -9 $PPID')"
kept
as bob seal-cancel -q --reason 'signed elsewhere' "$APPLICATION"
check_status 1 unlock
check_has err 'CANCELLED: the application was cancelled'
! kept || fail 'the spool is not empty'
as bob seal-list >list
check_has list "$APPLICATION	S-0007	cancelled	bob	0	1	"
