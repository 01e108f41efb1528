# What an image of the seal is made of, for tests that leave some of it out. Sourced after images.sh:
#
#	instructions_of IMAGE.elf    prints address (hex) and length of each instruction in it, but for those of the cryptographic library
#	instructions_of_library IMAGE.elf    prints those of that library alone
#	instructions_in IMAGE.elf FUNCTION...    prints those of these functions
# shellcheck shell=bash

list_functions() {
	local library
	mapfile -t library < <(find "$BUILD/m4/sodium" -name '*.o'; printf '%s\n' "$BUILD"/m4/firmware/port/arm/{base,scalar,sha512}.o)
	arm-none-eabi-nm "${library[@]}" 2>/dev/null | awk '$2 ~ /^[tT]$/ { print $3 }' | sort -u >functions-of-library
	arm-none-eabi-objdump -t "$1" | awk '$3 == "F" { print $NF }' | sort -u >functions
}

list_instructions() {
	arm-none-eabi-objdump -d "$1" | awk '
		NR == FNR { wanted[$1] = 1; next }
		/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name); on = name in wanted; next }
		on && /^ *[0-9a-f]+:\t/ && !/\.word|\.short|\.byte/ {
			split($0, field, "\t"); gsub(/[: ]/, "", field[1]); gsub(/ /, "", field[2]); print field[1], length(field[2]) / 2 }' "$2" -
}

instructions_of() {
	list_functions "$1"
	comm -23 functions functions-of-library >wanted
	list_instructions "$1" wanted
}

instructions_of_library() {
	list_functions "$1"
	comm -12 functions functions-of-library >wanted
	list_instructions "$1" wanted
}

instructions_in() {
	printf '%s\n' "${@:2}" >wanted
	list_instructions "$1" wanted
}
