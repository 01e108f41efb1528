#!/bin/bash
# What a large archive costs: BENCH_ACTS=100000 acts against 10,000, medians of BENCH_RUNS=5; user + system seconds, wall seconds behind them. A million acts take
# some 10 GB of disk and a quarter of an hour to make; here they are to be asked for.
#   verify     1,000 new acts behind what is remembered; and everything, with the most anonymous memory that this took
#   register   one application and its two decisions, each on a page of its own: the mean of BENCH_ROUNDS=200, since now and then one writes down what is remembered
set -eu

BUILD=$(cd "${BUILD:-build}" && pwd)
RUNS=${BENCH_RUNS:-5} ROUNDS=${BENCH_ROUNDS:-200}
DIR=$(mktemp -d)
export TIMEFORMAT='%R %U %S'
trap 'rm -rf "$DIR"' EXIT

many() { "$BUILD/tests/helpers/many" "$@" >/dev/null; }
verify() { "$BUILD/chancery-verify" "$@" >/dev/null; }
seconds() { { time "$@"; } 2>&1 | awk '{ printf "%.3f %.3f\n", $2 + $3, $1 }'; }
mean() { awk '{ a += $1; b += $2 } END { printf "%.4f %.4f\n", a / NR, b / NR }' "$1"; }
median() { sort -n "$1" | awk '{ v[NR] = $0 } END { print v[int((NR + 1) / 2)] }'; }

# The most that it had of memory of its own, in MB: pages of packs that are mapped are the kernel's to take away.
anonymous() {
	local peak=0 now pid
	"$@" >/dev/null &
	pid=$!
	while now=$(awk '/^RssAnon/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
		[ "$now" -le "$peak" ] || peak=$now
		sleep 0.02
	done
	wait "$pid"
	echo $((peak / 1024))
}

# Everything, then the rest behind what is remembered, as often as asked for.
measure() {
	local acts=$1 archive=$DIR/$1 memory

	export HOME=$DIR/home-$acts XDG_STATE_HOME=$DIR/home-$acts XDG_CACHE_HOME=$DIR/home-$acts # all such archives have one id
	many "$archive" $((acts / 3)) 5000
	verify -A "$archive"
	seconds verify --full -A "$archive" >"$archive.full"
	anonymous "$BUILD/chancery-verify" --full -A "$archive" >"$archive.anonymous"
	for _ in $(seq "$ROUNDS"); do
		seconds many "$archive" 1 >>"$archive.register"
	done
	verify -A "$archive"
	memory=$(echo "$XDG_CACHE_HOME"/chancery/memory-????????????????)
	cp "$memory" "$DIR/memory"
	cp "$memory.delta" "$DIR/memory.delta"
	many "$archive" 334 334
	for _ in $(seq "$RUNS"); do
		cp "$DIR/memory" "$memory"
		cp "$DIR/memory.delta" "$memory.delta"
		seconds verify -A "$archive" >>"$archive.rest"
	done
	echo "growth, $acts acts: verify all $(cat "$archive.full") s, $(cat "$archive.anonymous") MB anonymous; 1,000 new ones $(median "$archive.rest") s;" \
		"register three $(mean "$archive.register") s"
}

measure 10000
measure "${BENCH_ACTS:-100000}"
