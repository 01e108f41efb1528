#!/bin/bash
# timeout: 600
# One instruction of the boot stage is left out, every one in turn, as it is flashed and on its processor, while what lies in the slots must not start: no such fault
# starts it. Here some of each scenario; all with SOAK=1, where what was executed and what was left out are the same number.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"

images
program=$BUILD/tests/helpers/bootskip stage=$BUILD/boot-stm32f405.elf

# Address and length of each instruction, but for the cryptographic library: what it says is asked twice.
mapfile -t library < <(find "$BUILD/m4/sodium" -name '*.o'; printf '%s\n' "$BUILD"/m4/firmware/port/arm/{base,scalar,sha512}.o)
arm-none-eabi-nm "${library[@]}" 2>/dev/null | awk '$2 ~ /^[tT]$/ { print $3 }' | sort -u >library
arm-none-eabi-objdump -t "$stage" | awk '$3 == "F" { print $NF }' | sort -u | comm -23 - library >functions
arm-none-eabi-objdump -d "$stage" | awk -v names="$(cat functions)" '
	BEGIN { for (i = split(names, list, "\n"); i > 0; i--) wanted[list[i]] = 1 }
	/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); on = name in wanted; next }
	on && /^ *[0-9a-f]+:\t/ && !/\.word|\.short|\.byte/ {
		split($0, field, "\t"); gsub(/[: ]/, "", field[1]); gsub(/ /, "", field[2]); print field[1], length(field[2]) / 2 }' >instructions
[ "$(wc -l <instructions)" -gt 800 ] || fail 'cannot find the decision code'

check_status 0 "$program" "$stage" instructions "$([ "$SOAK" = 1 ] && echo 1 || echo 13)"
cat out

# Control: a stage without its second judgement is found to be too weak.
branch=$(arm-none-eabi-objdump -d --disassemble=main "$stage" | awk '/<slots_judge>/ { on = 1; next } on && $3 ~ /^b(ne|eq)/ { sub(":", "", $1); print $1; exit }')
check_status 1 "$program" "$stage" instructions 13 "$branch"
check_has out '  started without the instruction at 0x'
