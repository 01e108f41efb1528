#!/bin/bash
# timeout: 600
# One instruction of the seal's decision code is left out, every one in turn, while it is shown what it must refuse: no such fault energises the coil. Here
# some of one scenario; all with SOAK=1, where what was executed and what was left out are the same number.
. "$(dirname "$0")/../lib.sh"

[ "$(uname -m)" = x86_64 ] || skip "steps through x86-64"
program=$BUILD/tests/helpers/sealskip
nm "$program" | grep __asan_init >/dev/null && skip "counts instructions, of which sanitizers have others"

# Address and length of each instruction of firmware/core, wire/ and its binding; how a code is drawn decides nothing.
names=$(nm "$BUILD/libseal.a" "$BUILD/libwire.a" "$BUILD/libbinding.a" 2>/dev/null |
	awk '/:$/ { drawing = /^(qr|display)\.o/ } $2 ~ /^[tT]$/ && !drawing { print $3 }' | sort -u)
objdump -d -w "$program" | awk -v names="$names" '
	BEGIN { for (i = split(names, list, "\n"); i > 0; i--) wanted[list[i]] = 1 }
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); on = name in wanted; next }
	on && /^ *[0-9a-f]+:\t/ { split($0, field, "\t"); gsub(/[: ]/, "", field[1]); print field[1], split(field[2], octets, " ") }' >instructions
[ "$(wc -l <instructions)" -gt 10000 ] || fail "cannot find the decision code"

if [ "$SOAK" = 1 ]; then
	check_status 0 "$program" instructions 1
else
	check_status 0 "$program" instructions 7 nothing-shown
fi
cat out
