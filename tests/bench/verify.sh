#!/bin/bash
# Verifying a whole archive (objects, trees, signatures, rules) against git asking gpg about each commit's signature only, interleaved on one machine.
# BENCH_APPLICATIONS=200 applications of three acts each; medians of BENCH_RUNS=5; user + system seconds and wall seconds.
set -eu

BUILD=$(cd "${BUILD:-build}" && pwd)
APPLICATIONS=${BENCH_APPLICATIONS:-200}
RUNS=${BENCH_RUNS:-5}
DIR=$(mktemp -d)
export GNUPGHOME=$DIR/keys TIMEFORMAT='%R %U %S'
trap 'gpgconf --kill all; rm -rf "$DIR"' EXIT

mkdir -m 700 "$GNUPGHOME"
"$BUILD/tests/helpers/many" "$DIR/archive" "$APPLICATIONS" >/dev/null
git -C "$DIR/archive" gc -q
for key in $(git -C "$DIR/archive" ls-tree -r --name-only main | grep '\.asc$'); do
	git -C "$DIR/archive" show "main:$key" | gpg --quiet --import 2>/dev/null
done
COMMITS=$(git -C "$DIR/archive" rev-list --count main)

ours() { "$BUILD/chancery-verify" -q -A "$DIR/archive" >/dev/null; }
theirs() { git -C "$DIR/archive" log --format='%G? %GF' main >/dev/null; }
seconds() { { time "$1" 2>/dev/null; } 2>&1 | awk '{ print $2 + $3, $1 }'; }
median() { sort -n "$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }

for _ in $(seq "$RUNS"); do
	seconds ours >>"$DIR/ours"
	seconds theirs >>"$DIR/theirs"
done

awk -v n="$COMMITS" -v ours="$(median "$DIR/ours" 1)" -v theirs="$(median "$DIR/theirs" 1)" -v wall="$(median "$DIR/ours" 2)" \
	-v their_wall="$(median "$DIR/theirs" 2)" 'BEGIN {
	printf "verify, %d commits: chancery-verify %.0f per core-second, git log %%G? %.0f; ratio %.1f (wall %.1f)\n", \
		n, n / ours, n / theirs, theirs / ours, their_wall / wall }'
