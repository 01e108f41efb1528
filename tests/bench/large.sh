#!/bin/bash
# timeout: 600
# Large files, interleaved with the file system that the archive is on, medians of BENCH_RUNS=5, seconds: BENCH_PHOTOS=20 photos of 1 MiB, each copied and synced; a file of
# BENCH_MIB=200 MiB read for the first time since the drive was mounted (its content is in the page cache, as it is for the peer), and again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

RUNS=${BENCH_RUNS:-5} PHOTOS=${BENCH_PHOTOS:-20} MIB=${BENCH_MIB:-200}

# measure RESULTS command...: appends the seconds that it takes.
measure() {
	local results=$1 begin=$EPOCHREALTIME
	shift

	"$@" >/dev/null
	awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { print end - begin }' >>"$results"
}
median() { sort -n "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
row() { awk -v name="$1" -v ours="$(median "$2")" -v theirs="$(median "$3")" 'BEGIN { printf "%-28s %8.3f %8.3f %8.2f\n", name, ours, theirs, theirs / ours }'; }
copy_synced() {
	local photo

	for photo in photos/*; do
		cp "$photo" "$1/"
		sync "$1/${photo##*/}"
	done
}
read_all() { dd if="$1" of=/dev/null bs=128k status=none; }

archive
drive
mkdir "$DRIVE/files/lib" peer photos
for run in $(seq "$RUNS"); do
	for n in $(seq "$PHOTOS"); do head -c 1048576 /dev/urandom >"photos/$run-$n.jpg"; done
	measure save copy_synced "$DRIVE/files/lib"
	measure save.peer copy_synced peer
	rm photos/*
done
head -c "${MIB}M" /dev/urandom >large.jpg
cp large.jpg "$DRIVE/files/lib/"
drive_end
for _ in $(seq "$RUNS"); do
	drive
	measure first read_all "$DRIVE/files/lib/large.jpg"
	measure first.peer read_all large.jpg
	measure again read_all "$DRIVE/files/lib/large.jpg"
	measure again.peer read_all large.jpg
	drive_end
done
printf '%-28s %8s %8s %8s\n' '' drive disk 'peer/ours'
row "$PHOTOS photos, cp and sync" save save.peer
row "$MIB MiB, first read" first first.peer
row "$MIB MiB, again" again again.peer
uptime
