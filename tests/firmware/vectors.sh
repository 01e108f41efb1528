#!/bin/bash
# What tests/unit says of wire/ and of the seal's core holds on a Cortex-M3 and a Cortex-M4 as it does on the host: the same files, built with the same compiler
# as the product, in QEMU. What takes long is said by one of them, and the longest of the seal's by
# neither but with SOAK.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"

run() { timeout 300 qemu-system-arm -M "mps2-$1" -display none -monitor none -nic user,restrict=on -serial none -semihosting-config enable=on,target=native -kernel "$2"; }

images
ran=0
for processor in m3:an385 m4:an386; do
	for unit in "$BUILD/${processor%:*}"/tests/unit/*.elf; do
		[ "$SOAK" = 1 ] || [[ $unit != */@(m?/*/@(seal@(power|model|journal|evidence)|slots)|m3/*/@(pgpsig|sealforged)).elf ]] || continue
		check_status 0 run "${processor#*:}" "$unit"
		ran=$((ran + 1))
	done
	# Control: one digit of FIPS 180-4 altered.
	sed 's/ba7816bf8f01cfea/ba7816bf8f01cfeb/' "$BUILD/${processor%:*}/tests/unit/crypto.elf" >altered.elf
	check_status 1 run "${processor#*:}" altered.elf
	check_has err 'tests/unit/crypto.c:'
done
[ "$ran" -ge 30 ] || fail "only $ran programs were run"
