#!/bin/bash
# timeout: 1800
# Saving: create, write and close BENCH_FILES=2000 files of 2 KiB, without and with fsync, by one and by eight clients, against the file system below and
# against passthrough_hp; a photo of 1 MiB saved and synced, against cp and sync; from the last close until it is registered and signed, of one file, and of all of
# them against stock git adding and committing the same files. Interleaved, medians of BENCH_RUNS=5.
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

registered() { git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main "files/lib/$1" | wc -l; }

wait_registered() { # wait_registered PATH COUNT
	local head='' now

	while :; do
		now=$(<"$CHANCERY_ARCHIVE/refs/heads/main")
		[ "$now" = "$head" ] || [ "$(registered "$1")" -lt "$2" ] || return 0
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

# everywhere RUN NAME CLIENTS [sync]: on the drive, on passthrough_hp when there is one, on the file system below.
everywhere() {
	local place

	for place in "$DRIVE/files/lib" "$PASSED" "$PWD/below"; do
		[ -d "$place" ] || continue
		mkdir "$place/$1.$2"
		save-many "$place/$1.$2" "$FILES" 2048 "${@:3}" >>"$2.$(basename "$(dirname "$place")").$(basename "$place")"
		[ "$place" != "$PASSED" ] || rm -r "${place:?}/$1.$2" # it holds a descriptor for each file that is there
	done
	sync below
}
row() { # row NAME TEXT
	awk -v n="$FILES" -v text="$2" -v ours="$(median "$1".files.lib)" -v below="$(median "$1".work.below)" -v passed="$(median "$1".passed.all 2>/dev/null)" 'BEGIN {
		printf "%s: %.0f per second; the file system below %.0f, ratio %.2f", text, n / ours, n / below, below / ours
		if (passed) printf "; passthrough_hp %.0f, ratio %.2f", n / passed, passed / ours
		print "" }'
}

save_photo() { # save_photo DIRECTORY: many, each synced
	local i

	for i in 1 2 3 4 5 6 7 8 9 10; do dd if=photo of="$1/photo$i.raw" bs=1M conv=fsync status=none; done
	rm "$1"/photo*.raw
}
one_file() {
	echo "$1" >"$DRIVE/files/lib/one.$1"
	wait_registered "one.$1" 1
}

archive
drive
mkdir "$DRIVE/files/lib" below behind
PASSED=$PWD/passed/all
if program=$("$SRC/tests/bench/passthrough"); then
	mkdir passed behind/all
	"$program" "$PWD/behind" "$PWD/passed" &
	wait_for mountpoint -q passed
fi
git init -q peer
git -C peer config user.name peer
git -C peer config user.email peer@example.org
git -C peer config gc.auto 0
head -c 1048576 /dev/urandom >photo
for run in $(seq "$RUNS"); do
	everywhere "$run" plain 1
	everywhere "$run" synced 1 sync
	everywhere "$run" eight 8 sync
	wait_registered "$run.eight" "$FILES"
	measure photo.ours save_photo "$DRIVE/files/lib"
	measure photo.below save_photo below
	chancery-commit -q
	measure one one_file "$run"
	make_files
	cp -r new "$DRIVE/files/lib/$run"
	measure ours wait_registered "$run/" "$FILES"
	cp -r new "peer/a$run"
	measure theirs commit_with_git
	make_files
	cp -r new "peer/b$run"
	measure fsynced commit_with_git -c core.fsync=all
done
drive_end
mountpoint -q passed && fusermount3 -u passed
row plain "create, write and close"
row synced "the same with fsync"
row eight "the same by 8 clients"
awk -v ours="$(median photo.ours)" -v below="$(median photo.below)" 'BEGIN {
	printf "a photo of 1 MiB saved and synced: %.1f ms; the file system below %.1f ms, ratio %.2f\n", ours * 100, below * 100, below / ours }'
echo "one file: registered and signed $(median one) s after its close"
awk -v n="$FILES" -v ours="$(median ours)" -v theirs="$(median theirs)" -v synced="$(median fsynced)" 'BEGIN {
	printf "save, %d files of 2 KiB: registered %.2f s after the last close; git add and commit %.2f s, ratio %.2f; with every object synced %.2f s, ratio %.1f\n", \
		n, ours, theirs, theirs / ours, synced, synced / ours }'
