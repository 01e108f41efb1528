#!/bin/bash
# timeout: 900
# The seal's plug is pulled out of a machine with Debian's kernel, which tells whoever uses it: before it is open, and between a press and its receipt. The seal is
# locked, and put back it hands in what it had made; the record says what became of the session.
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
		bob() { person --groups "\$(group plugdev)" "\${as_bob[@]}" "\$@"; }
		is_there() { grep -qx 1209 /sys/bus/usb/devices/*/idVendor; }
		try() {
			local status=0
			bob seal-unlock -q --presses 2 $APPLICATION 2>&1 || status=\$?
			echo "guest: \$1: \$status"
		}
		for way in opening pressed; do
			until is_there; do sleep 0.1; done
			attach
			try "\$way"
			! is_there || echo "guest: \$way: still there"
			try 'pulled out'
			echo "guest: put it back (\$way)"
		done
		until is_there; do sleep 0.1; done
		attach
		try 'put back'
		bob seal-show $APPLICATION
		bob chancery-verify --seals 2>/dev/null
	END
} >"$TEST_DIR/in-guest"

# plugged [OPTION...]: of one seal only what is in flash remains to the next.
plugged() {
	seal-sim --flash "$TEST_DIR/seal.flash" --display "$TEST_DIR/seal.pgm" --serial seal "${SEAL_SIM[@]}" --usbredir "$TEST_DIR/redir" "$@" &
	simulated=$!
}
put_back() {
	wait_for -t 280 grep -qF "guest: put it back ($1)" "$TEST_DIR/console"
	shift
	kill "$simulated"
	wait "$simulated"
	plugged "$@"
}
plugged --at 05=lost
wait_for test -S "$TEST_DIR/redir"
guest "$TEST_DIR/in-guest" "$TEST_DIR/redir" >console 2>&1 &
machine=$!
put_back opening --at 0d=lost
put_back pressed
status=0
wait "$machine" || status=$?
kill "$simulated"
[ "$status" -eq 0 ] || { cat console >&2; fail "the guest ended with status $status"; }
check_has console 'seal-unlock: cannot write to the seal: it was disconnected' 'guest: opening: 74' 'no seal is attached; connect it and try again' \
	'it was disconnected; what the seal has reported is kept: run seal-unlock again with the seal attached' 'guest: pressed: 75' 'guest: pulled out: 75' \
	'guest: put back: 0' 'receipt 5: press, with a photo' 'receipt 6: abort' 'nothing: 6 of 9 presses are left' 'verdict            proven'
! grep 'still there' console || fail 'a device that was pulled is still there'
