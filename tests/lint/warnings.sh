#!/bin/bash
# timeout: 1800
# Both compilers are silent. gcc has been heard by the build; here clang reads everything, and gcc the freestanding part without
# a hosted library's help.
. "$(dirname "$0")/../lib.sh"

make -s -C "$SRC" -k -j2 BUILD="$PWD/clang" CC=clang CXX=clang++ OPTIMISE=-O0 FORTIFY= all tests >/dev/null

find "$SRC/fs/lib/wire" "$SRC/firmware/core" -name '*.c' -print0 |
	xargs -0 -n 16 gcc -std=c17 -ffreestanding -fsyntax-only -Wall -Wextra -Werror -I"$SRC/fs/lib" -I"$SRC/firmware"
