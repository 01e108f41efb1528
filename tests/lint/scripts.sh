#!/bin/bash
# Shell scripts, by name or by their first line.
# timeout: 1800
. "$(dirname "$0")/../lib.sh"
cd "$SRC"

{
	find . -path ./.git -prune -o -path ./build -prune -o -name '*.sh' -print
	find tests system .ci -type f -not -name '*.sh' -print0 | xargs -0 grep -lIE -m1 '^#!/bin/(ba)?sh' || true
} | sort -u | xargs shellcheck
