#!/bin/bash
# timeout: 3600
# Growth: what it costs to save one file on a drive, from its close until it is registered and signed, in an archive of BENCH_DOCUMENTS=1000000 files against one
# of 10,000: processors of the drive, and by the clock. BENCH_SAVES=50 saves a round, interleaved, medians of BENCH_RUNS=5. A million files take about 2 GB.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

SAVES=${BENCH_SAVES:-50}
sizes=(10000 "${BENCH_DOCUMENTS:-1000000}")

ticks() { awk '{ print $14 + $15 }' "/proc/$DRIVE_PID/stat"; }
head_is_other() { [ "$(<"$CHANCERY_ARCHIVE/refs/heads/main")" != "$1" ]; }
save_one() {
	local head

	head=$(<"$CHANCERY_ARCHIVE/refs/heads/main")
	echo "$1" >"$DRIVE/files/lib/d0003/saved.$((RANDOM % 100))"
	kill -USR1 "$DRIVE_PID"
	while ! head_is_other "$head"; do sleep 0.002; done
}
# round SIZE: seconds of processors and of the clock for one save.
round() {
	local from begin

	export CHANCERY_ARCHIVE=$TEST_DIR/archive.$1
	drive -o commit=3600
	save_one "first $RANDOM$RANDOM"
	from=$(ticks)
	begin=$EPOCHREALTIME
	for i in $(seq "$SAVES"); do save_one "$i $RANDOM$RANDOM"; done
	awk -v ticks=$(($(ticks) - from)) -v hz="$(getconf CLK_TCK)" -v begin="$begin" -v end="$EPOCHREALTIME" -v n="$SAVES" \
		'BEGIN { printf "%.5f %.5f\n", ticks / hz / n, (end - begin) / n }' >>"result.$1"
	drive_end
}
median() { sort -n -k "$2" "result.$1" | awk -v k="$2" '{ v[NR] = $k } END { print v[int((NR + 1) / 2)] }'; }

archive
for size in "${sizes[@]}"; do
	as alice chancery-init -q --policy "$TEST_DIR/policy" "$TEST_DIR/archive.$size" alice
	CHANCERY_ARCHIVE=$TEST_DIR/archive.$size fill lib "$size" 64
done
for _ in $(seq "${BENCH_RUNS:-5}"); do
	for size in "${sizes[@]}"; do round "$size"; done
done
for k in 1 2; do
	awk -v few="$(median "${sizes[0]}" "$k")" -v many="$(median "${sizes[1]}" "$k")" -v a="${sizes[0]}" -v b="${sizes[1]}" -v what="$([ "$k" = 1 ] && echo processors || echo 'by the clock')" \
		'BEGIN { printf "growth, one file saved, %s: %.1f ms among %d files, %.1f ms among %d, ratio %.2f\n", what, few * 1000, a, many * 1000, b, many / few }'
done
