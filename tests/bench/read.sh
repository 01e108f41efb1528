#!/bin/bash
# timeout: 3600
# Reading through the drive: BENCH_FILES=100000 files of 2 KiB in 100 directories, and BENCH_SMALL=15000 for comparison with passthrough_hp, which has a
# descriptor open for each; against a copy on the file system of the archive and `git cat-file --batch`. The reader is the same for all (helpers/read-all). All
# interleaved, medians of BENCH_RUNS=3. Seconds by the clock, and behind them those of processors, the drive's and the reader's together; a drive that looks for
# the next request instead of sleeping takes more of them. What is read is random hexadecimal digits, and, once more, text; cat-file is also measured with somebody who reads
# what it says. Cold: caches dropped, which wants root; else only the drive begins anew.
# Then memory for each inode, and how long it takes to be ready, and to open history/, with what is there and with BENCH_ACTS=10000 acts on pages of their own.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

FILES=${BENCH_FILES:-100000}
SMALL=${BENCH_SMALL:-15000}
RUNS=${BENCH_RUNS:-3}
ACTS=${BENCH_ACTS:-10000}
DRIVE_PID=

drop() {
	[ "$(id -u)" -eq 0 ] || return 0
	sync -f .
	echo 3 >/proc/sys/vm/drop_caches
}
ticks() { [ -z "$DRIVE_PID" ] || awk '{ printf "%.2f", ($14 + $15) / 100 }' "/proc/$DRIVE_PID/stat"; }
median() { sort -n "$1" | awk '{ v[NR] = $0 } END { print v[int((NR + 1) / 2)] }'; }

# objects LIST: all of them, as git gives them.
objects() { git -C "$CHANCERY_ARCHIVE" cat-file --batch <"$1"; }
objects_read() { objects "$1" | cat; }
ids() { git -C "$CHANCERY_ARCHIVE" ls-tree -r main "files/$1" | cut -d ' ' -f 3 | cut -f 1; }

# measure NAME command...: "<seconds> <processor seconds>" to the file of that name.
measure() {
	local name=$1 before times TIMEFORMAT='%R %U %S'
	shift

	before=$(ticks)
	times=$({ time "$@" >/dev/null; } 2>&1)
	awk -v times="$times" -v before="${before:-0}" -v after="$(ticks)" 'BEGIN { split(times, t, " "); printf "%.3f %.2f\n", t[1], t[2] + t[3] + after - before }' >>"$name"
}

# of NAME DIRECTORY: cold and warm. The second time the kernel may ask for times and listings again, so that warm is the third.
of() {
	drop
	measure "$1.walk.cold" read-all walk "$2"
	measure "$1.walk.warm" read-all walk "$2"
	measure "$1.read.first" read-all read "$2"
	measure "$1.read.second" read-all read "$2"
	measure "$1.read.warm" read-all read "$2"
}

# through NAME PATH [OPTION...]: of a drive begun anew.
through() {
	local name=$1 path=$2
	shift 2

	drop
	drive "$@"
	measure "$name.read.cold" read-all read "$DRIVE/$path"
	drive_end
	drop
	drive "$@"
	of "$name" "$DRIVE/$path"
	drive_end
	DRIVE_PID=
}

through_passthrough() {
	mkdir -p pass
	"$PASSTHROUGH" --foreground "$PWD/ext4" "$PWD/pass" &
	DRIVE_PID=$!
	wait_for mountpoint -q "$PWD/pass"
	of passthrough.small "$PWD/pass/small"
	fusermount3 -u "$PWD/pass"
	wait "$DRIVE_PID" || true
	DRIVE_PID=
}

show() {
	local name=$1 what

	printf '%-24s' "$name"
	for what in walk.cold walk.warm read.cold read.first read.second read.warm; do
		[ ! -e "$name.$what" ] || printf '  %s %s' "$what" "$(median "$name.$what" | sed 's/ \(.*\)/ (\1)/')"
	done
	echo
}
ratio() { awk -v ours="$(median "$2")" -v theirs="$(median "$3")" -v what="$1" 'BEGIN { split(ours, o, " "); split(theirs, t, " "); printf "%-56s %.2f, of processors %.2f\n", what, o[1] / t[1], (t[2] > 0 ? o[2] / t[2] : 0) }'; }

anonymous() { awk '/^RssAnon/ { print $2 }' "/proc/$DRIVE_PID/status"; }
memory_of() { # memory_of DIRECTORY NAME: of those that come when as many are known; the first bring what is there once
	local before
	drive
	read-all walk "$DRIVE/$1/text" >/dev/null
	before=$(anonymous)
	read-all walk "$DRIVE/$1/lib" >/dev/null
	echo "memory for each inode, $2: $((($(anonymous) - before) * 1024 / FILES)) bytes"
	drive_end
	DRIVE_PID=
}

# has_ended: the drive, which is in the background here.
has_ended() { ! kill -0 "$DRIVE_PID"; }
# mount_time RESULTS: milliseconds by the clock until the drive can be used; it is left mounted.
mount_time() {
	local begin=$EPOCHREALTIME

	chanceryfs "$DRIVE"
	awk -v begin="$begin" -v end="$EPOCHREALTIME" 'BEGIN { printf "%.0f\n", (end - begin) * 1000 }' >>"$1"
	DRIVE_PID=$(chancery-status | sed -n 's/^drive.*by process //p')
}
unmount() {
	fusermount3 -u "$DRIVE"
	wait_for has_ended
	DRIVE_PID=
}
# Until it can be used, as it is usually and when nothing is known of when files were changed.
ready() {
	for _ in 1 2 3 4 5; do
		mount_time "ready.$1"
		measure "history.$1" ls "$DRIVE/history/"
		unmount
	done
	for _ in 1 2 3; do
		rm "$CHANCERY_ARCHIVE"/chancery/times*
		mount_time "first.$1"
		unmount
	done
	echo "$1: ready after $(median "ready.$1") ms, without times after $(median "first.$1") ms; history/ opens in $(median "history.$1" | cut -d ' ' -f 1) s"
}

PASSTHROUGH=$("$SRC/tests/bench/passthrough") || PASSTHROUGH=
archive
echo "load: $(cut -d ' ' -f 1-3 /proc/loadavg); $(nproc) processors"
fill lib "$FILES" 2048
fill small "$SMALL" 2048
cat "$SRC"/docs/man/* "$SRC"/fs/lib/*/*.[ch] >source
fill text "$FILES" 2048 source
ids lib >noise.ids
ids text >text.ids
drive
mkdir ext4
cp -r "$DRIVE/files/lib" "$DRIVE/files/small" ext4
drive_end
DRIVE_PID=
today=history/$(date -u +%F)/files
for _ in $(seq "$RUNS"); do
	of ext4 ext4/lib
	drop
	measure ext4.read.cold read-all read ext4/lib
	drop
	measure objects.cold objects noise.ids
	measure objects.warm objects noise.ids
	drop
	measure objects.read objects_read noise.ids
	drop
	measure objects.text objects text.ids
	through personal files/lib
	through history "$today/lib"
	drop
	drive
	measure text.read.cold read-all read "$DRIVE/$today/text"
	drive_end
	DRIVE_PID=
	of ext4.small ext4/small
	[ -z "$PASSTHROUGH" ] || through_passthrough
	through personal.small files/small
	through history.small "$today/small"
	[ "$(id -u)" -ne 0 ] || through office.small files/small -o allow_other
done
for name in ext4 personal history ext4.small passthrough.small personal.small history.small office.small; do show "$name"; done
echo "git cat-file --batch  cold $(median objects.cold)  warm $(median objects.warm)  cold, and somebody reads it $(median objects.read)"
ratio "walk cold, personal / ext4 (wanted 0.9)" personal.walk.cold ext4.walk.cold
ratio "walk warm, personal / ext4 (wanted 1.2)" personal.walk.warm ext4.walk.warm
ratio "walk cold, history / ext4" history.walk.cold ext4.walk.cold
ratio "read all cold, history / git cat-file (wanted 1.0)" history.read.cold objects.cold
ratio "read all cold, personal / git cat-file (wanted 1.0)" personal.read.cold objects.cold
ratio "the same, history, of text" text.read.cold objects.text
ratio "read all cold, history / git cat-file and a reader" history.read.cold objects.read
ratio "read warm, $SMALL, history / ext4 (wanted 1.3)" history.small.read.warm ext4.small.read.warm
[ -z "$PASSTHROUGH" ] || {
	ratio "read warm, $SMALL, personal / passthrough_hp (wanted 0.1)" personal.small.read.warm passthrough.small.read.warm
	[ ! -e office.small.read.warm ] || ratio "read warm, $SMALL, office / passthrough_hp (wanted 0.5)" office.small.read.warm passthrough.small.read.warm
}
memory_of "$today" history
memory_of files personal
ready "$FILES.files"
export CHANCERY_ARCHIVE=$TEST_DIR/many HOME=$TEST_DIR/many-home XDG_STATE_HOME=$TEST_DIR/many-home # all such archives have one id
many "$CHANCERY_ARCHIVE" $((ACTS / 3)) >/dev/null
ready "$ACTS.acts"
