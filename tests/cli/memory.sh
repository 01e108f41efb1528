#!/bin/bash
# Whatever is done to the memory of a verified register, a replay ends with the same state, or in trouble. And numbers, presses and decisions go on from it.
. "$(dirname "$0")/../lib.sh"

"$BUILD/tests/helpers/many" a 180 90 >log
check_status 0 "$BUILD/tests/helpers/memory-torture" a "$PWD/memory"
check_has out "same" "trouble"
! grep -q "trouble 0" out || fail "no change was noticed in what is read last"
check_status 0 chancery-verify --full -A a
