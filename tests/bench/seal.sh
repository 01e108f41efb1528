#!/bin/bash
# timeout: 900
# What a seal costs. On a Cortex-M4 in QEMU: instructions of an unlocking against those of its Ed25519 verifications alone, RAM with the deepest stack, room of the image.
# On the host, with the simulated seal on umockdev's bus: from a press to its receipt, and how much later than its deadline a seal locks whose code nobody echoes.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../images.sh"

ROUNDS=${BENCH_RUNS:-3}
DEADLINE=1000 # milliseconds

row() { awk -v name="$1" -v value="$2" -v unit="$3" -v most="$4" 'BEGIN { printf "%-44s %10.3f %-8s goal %s\n", name, value, unit, most }'; }
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

# press_receipt TRACE: for each stroke, milliseconds until the next receipt was given out.
press_receipt() { awk '$2 == "stamp" && $3 == 1 { t = $1 } $2 == "answer" && $3 == 133 && t { print ($1 - t) / 1000; t = 0 }' "$1"; }
# locked_late TRACE: milliseconds from the deadline of the first code to the dark display.
locked_late() { awk -v deadline="$DEADLINE" '$2 == "display" && $3 == 1 && !t { t = $1 } $2 == "display" && $3 == 0 && t { print ($1 - t) / 1000 - deadline; exit }' "$1"; }

images
timeout 600 qemu-system-arm -M mps2-an386 -icount shift=0,sleep=off -display none -monitor none -nic user,restrict=on -serial none \
	-semihosting-config enable=on,target=native -kernel "$BUILD/m4/tests/bench/m4/seal.elf" >figures 2>err || { cat figures err >&2; fail 'the program for the M4 failed'; }
figure() { awk -v name="$1" '$1 == name { print $2 }' figures; }
read -r flash ram deepest < <("$SRC/firmware/budget" "$BUILD" | awk '$1 == "seal-stm32f405-a" { print $3, $5, $7 }')

row "unlocking, $(figure verifications) signatures, by bare Ed25519" "$(awk "BEGIN { print $(figure unlocking) / $(figure verifying) }")" times '<= 1.1'
row 'one verification, instructions' "$(awk "BEGIN { print $(figure verifying) / $(figure verifications) / 1e6 }")" million -
row 'static RAM' "$(awk "BEGIN { print $ram / 1024 }")" KiB -
row 'deepest stack' "$(awk "BEGIN { print $(figure stack) / 1024 }")" KiB -
row 'deepest stack there can be' "$(awk "BEGIN { print $deepest / 1024 }")" KiB -
row 'RAM and that' "$(awk "BEGIN { print ($ram + $deepest) / 1024 }")" KiB '<= 16'
row 'image for the STM32F405' "$(awk "BEGIN { print $flash / 1024 }")" KiB '<= 64'

office_sim
in_time=("${SEAL_SIM[@]}")
for _ in $(seq "$ROUNDS"); do
	approved --presses 3
	SEAL_SIM=("${in_time[@]}" --trace "$PWD/trace")
	unlock -q --presses 3 2>/dev/null
	press_receipt trace >>pressed
	approved
	SEAL_SIM=(--deadline-ms "$DEADLINE" --hand none --trace "$PWD/trace")
	CHANCERY_CAMERA="cat $SRC/tests/fuzz/corpus/jpeg/grey" unlock -q 2>/dev/null && fail 'opened unseen'
	locked_late trace >>late
	SEAL_SIM=("${in_time[@]}")
done
row "press to receipt, median of $(wc -l <pressed)" "$(median pressed)" ms '<= 50'
row "locked after the deadline, median of $(wc -l <late)" "$(median late)" ms '<= 50'
row 'locked after the deadline, latest' "$(sort -n late | tail -n 1)" ms '<= 50'
echo "load $(cut -d ' ' -f 1-3 /proc/loadavg)"
