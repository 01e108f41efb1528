#!/bin/bash
# Verifying a whole archive (objects, trees, signatures, rules) against git asking gpg about each commit's signature only, interleaved on one machine.
# BENCH_APPLICATIONS=400 applications of three acts each, once with a page for each act, once with as many acts on a page as it holds; medians of
# BENCH_RUNS=5; user + system seconds and wall seconds. gpg knows all keys.
set -eu

BUILD=$(cd "${BUILD:-build}" && pwd)
APPLICATIONS=${BENCH_APPLICATIONS:-400}
RUNS=${BENCH_RUNS:-5}
DIR=$(mktemp -d)
export GNUPGHOME=$DIR/keys TIMEFORMAT='%R %U %S'
trap 'gpgconf --kill all; rm -rf "$DIR"' EXIT

ours() { "$BUILD/chancery-verify" --full -q -A "$archive" >/dev/null; }
theirs() { git -C "$archive" log --format='%G? %GF' main >/dev/null; }
seconds() { { time "$1" 2>/dev/null; } 2>&1 | awk '{ print $2 + $3, $1 }'; }
median() { sort -n "$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }

# measure NAME [BATCH]: an archive whose acts are registered BATCH at a time.
measure() {
	local name=$1 commits
	archive=$DIR/$name
	shift

	export HOME=$DIR/home-$name XDG_STATE_HOME=$DIR/home-$name XDG_CACHE_HOME=$DIR/home-$name # all such archives have one id
	mkdir "$HOME"
	"$BUILD/tests/helpers/many" "$archive" "$APPLICATIONS" "$@" >/dev/null
	git -C "$archive" gc -q
	git -C "$archive" ls-tree -r --name-only main | grep '\.asc$' | while read -r key; do
		git -C "$archive" show "main:$key" | gpg --quiet --import 2>/dev/null
	done
	commits=$(git -C "$archive" rev-list --count main)
	for _ in $(seq "$RUNS"); do
		seconds ours >>"$archive.ours"
		seconds theirs >>"$archive.theirs"
	done
	awk -v name="$name" -v n="$commits" -v ours="$(median "$archive.ours" 1)" -v theirs="$(median "$archive.theirs" 1)" \
		-v wall="$(median "$archive.ours" 2)" -v their_wall="$(median "$archive.theirs" 2)" 'BEGIN {
		printf "verify, %d commits, %s: chancery-verify %.0f per core-second, git log %%G? %.0f; ratio %.1f (wall %.1f)\n", \
			n, name, n / ours, n / theirs, theirs / ours, their_wall / wall }'
}

mkdir -m 700 "$GNUPGHOME"
measure one-act-a-page
measure full-pages 600
