#!/bin/bash
# timeout: 900
# A camera on USB watches the seal, by Debian's own driver: one that compresses, as most do, and one that does not. Photos are kept as whole JPEG files. Who may not use
# it, finds it in use, names what is none, or pulls it out, is told so; the seal locks, and nothing that was pressed is lost.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../guest.sh"

guest_office 9
{
	in_guest
	cat <<-END
		cp "$SRC/system/70-chancery-seal.rules" /etc/udev/rules.d/
		attach

		# camera NAME INDEX: the device node of the camera on that socket; index 1 says when its pictures were taken, and shows none.
		camera() {
			local node
			for node in /sys/class/video4linux/*; do
				! grep -qx "\$1" "\$node/device/../product" || ! grep -qx "\$2" "\$node/index" || echo "/dev/\${node##*/}"
			done
		}
		bob() { person --groups "\$(group plugdev),\$(group video)" "\${as_bob[@]}" "\$@"; }
		try() {
			local name=\$1 status=0
			shift
			"\$@" 2>&1 || status=\$?
			echo "guest: \$name: \$status"
		}
		compressed=\$(camera 'Camera mjpeg' 0) raw=\$(camera 'Camera yuyv' 0)
		echo "guest: \$compressed and \$raw"
		try 'in no group' person --clear-groups "\${as_bob[@]}" read-code "\$compressed" 1
		try 'no pictures' bob read-code "\$(camera 'Camera mjpeg' 1)" 1
		try 'no camera' bob read-code /dev/null 1
		try 'none there' bob read-code /dev/video77 1
		try 'compressed' bob seal-unlock --presses 2 --camera "\$compressed" $APPLICATION
		try 'not compressed' bob seal-unlock --presses 2 --camera "\$raw" $APPLICATION

		# Another program uses it; then its plug is pulled.
		bob read-code "\$raw" 1000000 >used 2>&1 & user=\$!
		until [ -s used ]; do sleep 0.1; done
		try 'in use' bob read-code "\$raw" 1
		kill "\$user"
		status=0
		wait "\$user" || status=\$?
		echo "guest: ended: \$status"
		bob read-code "\$compressed" 1000000 >watched 2>&1 & user=\$!
		until [ -s watched ]; do sleep 0.1; done
		echo 'guest: pull the camera'
		status=0
		wait "\$user" || status=\$?
		tail -n 1 watched
		echo "guest: pulled: \$status"

		# Four presses, each with a photo that any program reads: the tables that the camera leaves out are in it.
		echo "guest: photos: \$(bob seal-log | cut -f 8 | sort | uniq -c | tr -s ' ')"
		echo "guest: with tables: \$(LC_ALL=C grep -lraP '\xff\xc4' $CHANCERY_ARCHIVE/lfs/objects | wc -l)"
	END
} >"$TEST_DIR/in-guest"

webcam "$TEST_DIR/mjpeg" "camera $TEST_DIR/seal.pgm" &
compressed=$!
webcam --yuyv "$TEST_DIR/yuyv" "camera $TEST_DIR/seal.pgm" &
wait_for test -S "$TEST_DIR/mjpeg" -a -S "$TEST_DIR/yuyv"
unlogged seal-sim --flash "$TEST_DIR/seal.flash" --display "$TEST_DIR/seal.pgm" --serial seal "${SEAL_SIM[@]}" --usbredir "$TEST_DIR/redir" -- \
	bash -c '. "$1"; shift; guest "$@"' guest "$SRC/tests/guest.sh" "$TEST_DIR/in-guest" "$TEST_DIR/redir" "$TEST_DIR/mjpeg" "$TEST_DIR/yuyv" >console 2>&1 &
simulated=$!
wait_for -t 280 grep -q 'guest: pull the camera' console
kill "$compressed"
status=0
wait "$simulated" || status=$?
[ "$status" -eq 0 ] || { cat console >&2; fail "the guest ended with status $status"; }
check_has console "read-code: the camera '/dev/video0' failed: you may not use it; who is in the group of the device (video) may" 'guest: in no group: 1' \
	"read-code: the camera '/dev/video1' failed: it is no camera; name another one" 'guest: no pictures: 1' \
	"read-code: the camera '/dev/null' failed: it is no camera; name another one" "read-code: the camera '/dev/video77' failed: there is none; connect it" \
	'guest: ended: 143' 'guest: compressed: 0' 'guest: not compressed: 0' "read-code: the camera '/dev/video2' failed: another program uses it; close that" \
	"read-code: the camera '/dev/video0' failed: it was disconnected" 'guest: pulled: 1' 'guest: photos:  4 yes' 'guest: with tables: 4'
