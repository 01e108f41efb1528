#!/bin/bash
# timeout: 900
# The seal on the USB port of a machine with Debian's kernel: enumerated, opened by an ordinary user whom udev lets, unlocked, pressed, recorded. The image of its
# firmware runs in QEMU, and so does the machine.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../guest.sh"

images
SEAL_SIM+=(--image "$BUILD/seal-mps2-an386.elf")
guest_office 3

# What is run there, as root.
{
	in_guest
	cat <<-END
		# Without a rule the device is root's.
		attach
		device=\$(grep -lx 1209 /sys/bus/usb/devices/*/idVendor)
		device=\${device%/idVendor}
		echo "guest: \$(cat "\$device/manufacturer"), \$(cat "\$device/product"), \$(cat "\$device/serial"), speed \$(cat "\$device/speed")"
		status=0
		person --clear-groups "\${as_bob[@]}" seal-unlock --presses 2 $APPLICATION || status=\$?
		echo "guest: without a rule: \$status"

		# With it, whoever is in the group may; another may not.
		cp "$SRC/system/70-chancery-seal.rules" /etc/udev/rules.d/
		attach
		status=0
		person --clear-groups "\${as_bob[@]}" seal-unlock --presses 2 $APPLICATION || status=\$?
		echo "guest: another user: \$status"
		person --groups "\$(group plugdev)" "\${as_bob[@]}" seal-unlock --presses 2 $APPLICATION 2>&1 | cat
		person --groups "\$(group plugdev)" "\${as_bob[@]}" seal-show $APPLICATION
	END
} >"$TEST_DIR/in-guest"

socket=$TEST_DIR/redir
status=0
unlogged seal-sim --flash "$TEST_DIR/seal.flash" --display "$TEST_DIR/seal.pgm" --serial seal "${SEAL_SIM[@]}" --usbredir "$socket" -- \
	bash -c '. "$1"; guest "$2" "$3"' guest "$SRC/tests/guest.sh" "$TEST_DIR/in-guest" "$socket" >console 2>&1 || status=$?
[ "$status" -eq 0 ] || { cat console >&2; fail "the guest ended with status $status"; }
check_has console 'guest: Chancery, Chancery seal, seal, speed 12' 'guest: without a rule: 74' 'guest: another user: 74' 'cannot open the seal: you may not use it; with 70-chancery-seal.rules' \
	'seal-unlock: armed, 2 of 2 presses' 'nothing: 1 of 3 presses are left'
