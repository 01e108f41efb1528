#!/bin/bash
# The product's image is the same wherever it is built, and the one whose digest is kept. A difference fails, with what to do about it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"

images
build=$(realpath --relative-to="$SRC" "$BUILD")
check_status 0 make -s -C "$SRC" BUILD="$build" firmware-compare

# The same source in a directory of another name, built into one of another name.
mkdir elsewhere
tar -C "$SRC" -c Makefile fs/lib firmware tests/unit tests/bench | tar -x -C elsewhere
check_status 0 make -s -C elsewhere -j2 BUILD=out CACHE="$SRC/build/cache" out/{seal-stm32f405-{a,b},boot-stm32f405}.bin
for image in seal-stm32f405-{a,b} boot-stm32f405; do cmp "elsewhere/out/$image.bin" "$BUILD/$image.bin"; done

# Control: one constant of the source altered.
sed -i 's/SEAL_PRESS_TIMEOUT = 10000/SEAL_PRESS_TIMEOUT = 10001/' elsewhere/firmware/core/seal.h
check_status 2 make -s -C elsewhere -j2 BUILD=out CACHE="$SRC/build/cache" firmware-compare
check_has err 'the image is not the one of firmware/HASHES; after a change that was meant: make firmware-hashes'
