#!/bin/bash
# A function one cannot see whole, or a file with two nouns in it: 60 and 600 lines.
. "$(dirname "$0")/../lib.sh"
cd "$SRC"

find . -path ./build -prune -o \( -name '*.c' -o -name '*.h' -o -name '*.cc' \) -print0 | xargs -0 awk '
	FNR == 1 { name = "" }
	/^[a-z_][a-z_0-9]*\(/ { name = $0; sub(/\(.*/, "", name) }
	/^{/ { start = FNR }
	/^}/ && start { if (FNR - start > 60) { print FILENAME ":" start ": " name ": " FNR - start " lines"; bad = 1 }; start = 0 }
	FNR == 601 { print FILENAME ": more than 600 lines"; bad = 1 }
	END { exit bad }'
