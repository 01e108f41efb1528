#!/bin/bash
# What the layers call, as the linker sees it: wire/ and the firmware's core live without a C library, the library neither prints nor
# ends the program nor reads the environment, and no tool carries a line of firmware.
. "$(dirname "$0")/../lib.sh"

bad=0
undefined() { nm -u "$BUILD/$1" | awk '$1 == "U" { print $2 }' | sort -u; }
defined() { nm --defined-only "$BUILD/$1" | awk 'NF == 3 && $2 ~ /[TDBRC]/ { print $3 }' | sort -u; }
report() { [ -z "$2" ] || { printf '%s:\n%s\n' "$1" "$2"; bad=1; }; }

bytes='memcpy|memcmp|memset|memmove|memchr|strlen|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_'
sanitizers='__asan_.*|__ubsan_.*|__sanitizer_.*'
crypto=$(grep -oE '\<wire_[a-z0-9_]+\(' "$SRC/fs/lib/wire/crypto.h" | tr -d '(' | sort -u | paste -sd'|')

report 'libwire.a calls' "$(comm -23 <(undefined libwire.a) <(defined libwire.a) | grep -vxE "$bytes|$crypto|$sanitizers" || true)"
report 'libseal.a calls' "$(comm -23 <(undefined libseal.a) <(defined libwire.a) |
	grep -xE 'malloc|calloc|realloc|free|.*printf.*|puts|fopen|exit|abort|getenv|time|errno|__errno_location' || true)"

outside='(v|__v|__)?printf(_chk)?|puts|putchar|perror|stdout|stderr|exit|(secure_)?getenv|getopt(_long)?|v?(err|warn)x?|fuse_.*'
for library in libchancery.a liblink.a libmatch.a librender.a; do
	report "$library calls" "$(undefined "$library" | grep -xE "$outside" || true)"
done

# Each function that a layer exports is declared in one of its headers.
for layer in wire:fs/lib/wire chancery:fs/lib link:fs/link match:fs/match render:fs/render seal:firmware/core; do
	headers=$(find "$SRC/${layer#*:}" -name '*.h' -exec cat {} + 2>/dev/null || true)
	report "exported by ${layer%%:*} and not in a header" "$(nm --defined-only "$BUILD/lib${layer%%:*}.a" |
		awk 'NF == 3 && $2 == "T" && $3 !~ /^_Z/ { print $3 }' | sort -u | grep -vxFf <(grep -oE '\<[a-z_][a-z0-9_]*\>' <<<"$headers" | sort -u) || true)"
done

for tool in "$SRC"/tools/*.c; do
	name=$(basename "$tool" .c)
	[ ! -x "$BUILD/$name" ] || report "firmware in $name" "$(comm -12 <(defined libseal.a) <(defined "$name"))"
done

exit "$bad"
