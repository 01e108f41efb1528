#!/bin/bash
# Every program has a page, every page is clean, and the SYNOPSIS of a program says exactly what its --help says.
. "$(dirname "$0")/../lib.sh"
cd "$SRC/docs"

bad=0
report() { printf '%s\n' "$*"; bad=1; }

synopsis() { mandoc -T ascii -O width=1000 "$1" | col -b | awk '/^[A-Z]/ { on = $1 == "SYNOPSIS"; next } on' | xargs -0 echo; }
usage() { "$1" --help | sed -n '1s/^usage: //p;1d;/^$/q;s/^ *or: //;p' | xargs -0 echo; }
one_line() { tr -s ' \n' ' ' | sed 's/^ //; s/ $//'; }

programs=(chanceryfs)
for source in "$SRC"/tools/*.c; do programs+=("$(basename "$source" .c)"); done

for program in "${programs[@]}"; do
	[ -x "$BUILD/$program" ] || continue
	page=$(find . -name "$program.[18]")
	[ -n "$page" ] || { report "$program: no manual page"; continue; }
	diff -u --label "$program --help" --label "$page" <(usage "$program" | one_line) <(synopsis "$page" | one_line) || bad=1
done

find . -name '*.[1-8]' -print0 | xargs -0 -r mandoc -T lint -W warning || bad=1
exit "$bad"
