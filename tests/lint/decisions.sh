#!/bin/bash
# Decisions are numbered in order, each number once, and each begins with its own.
. "$(dirname "$0")/../lib.sh"
cd "$SRC/docs/decisions"

n=0
for file in 0*; do
	n=$((n + 1))
	number=$(printf '%04d' "$n")
	[[ "$file" == "$number"-* ]] || fail "'$file': this is decision $number"
	[[ "$(head -n 1 "$file")" == "$number "* ]] || fail "'$file' begins with '$(head -n 1 "$file")'"
done
