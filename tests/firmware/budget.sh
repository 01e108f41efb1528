#!/bin/bash
# Every image of the seal is within the flash and RAM that were set for it; what is over is said, and fails.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"

images
check_status 0 "$SRC/firmware/budget" "$BUILD"
for board in mps2-an385 mps2-an386 stm32f405; do check_has out "seal-$board-a flash " "seal-$board-b flash "; done
[ ! -s err ] || fail "says: $(cat err)"
cat out

# Controls: less room.
check_status 1 "$SRC/firmware/budget" "$BUILD" 60000
check_has err 'budget: seal-stm32f405-a: ' ' octets, and 60000 are what there is'
check_status 1 "$SRC/firmware/budget" "$BUILD" 65536 12000
check_has err 'budget: seal-stm32f405-b: RAM and stack: ' ' octets, and 12000 are what there is'
