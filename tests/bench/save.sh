#!/bin/bash
# timeout: 600
# Saving BENCH_FILES=2000 files of 2 KiB on the drive: seconds from the last close until they are registered, signed and durable; against stock git
# adding and committing the same files (as it comes, and with every object synced), interleaved, medians of BENCH_RUNS=5.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

FILES=${BENCH_FILES:-2000}
RUNS=${BENCH_RUNS:-5}

make_files() {
	rm -rf new
	mkdir new
	head -c $((FILES * 2048)) /dev/urandom | split -a 4 -b 2048 - new/
}

registered() { git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main "files/lib/$1/" | wc -l; }

wait_registered() {
	local head='' now

	while :; do
		now=$(<"$CHANCERY_ARCHIVE/refs/heads/main")
		[ "$now" = "$head" ] || [ "$(registered "$1")" -lt "$FILES" ] || return 0
		head=$now
		sleep 0.02
	done
}

# measure RESULTS command...: appends the seconds that it takes.
measure() {
	local results=$1 begin=$EPOCHREALTIME
	shift

	"$@" >/dev/null
	awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { print end - begin }' >>"$results"
}

commit_with_git() {
	git -C peer "$@" add -A
	git -C peer "$@" commit -q -m "$(date +%s%N)"
}

median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

archive
drive
mkdir "$DRIVE/files/lib"
git init -q peer
git -C peer config user.name peer
git -C peer config user.email peer@example.org
git -C peer config gc.auto 0
for run in $(seq "$RUNS"); do
	make_files
	cp -r new "$DRIVE/files/lib/$run"
	measure ours wait_registered "$run"
	cp -r new "peer/a$run"
	measure theirs commit_with_git
	make_files
	cp -r new "peer/b$run"
	measure synced commit_with_git -c core.fsync=all
done
drive_end
awk -v n="$FILES" -v ours="$(median ours)" -v theirs="$(median theirs)" -v synced="$(median synced)" 'BEGIN {
	printf "save, %d files of 2 KiB: registered %.2f s after the last close; git add and commit %.2f s, ratio %.2f; with every object synced %.2f s, ratio %.1f\n", \
		n, ours, theirs, theirs / ours, synced, synced / ours }'
