#!/bin/bash
# Whatever is done to the memory of a verified register, a replay ends with the same state, or in trouble. And numbers, presses and decisions go on from it.
. "$(dirname "$0")/../lib.sh"

more() { "$BUILD/tests/helpers/many" a "$1" "$1" >>log; }
torture() {
	check_status 0 "$BUILD/tests/helpers/memory-torture" a "$PWD/memory"
	! grep -q 'trouble 0' out || fail "no change was noticed in what is read last"
}
more 140 # between two sizes of the indexes, which would have it written anew, too
torture
check_has out 'changes of 0'

# More has come: it goes on from there, and what has changed is written beside it; then so much that all is written anew.
size=$(stat -c %s memory)
more 20
torture
check_has out "a memory of $size bytes, changes of "
! grep -q 'changes of 0' out || fail "what has changed is not kept"
more 80
torture
check_has out 'changes of'
! grep -q "a memory of $size bytes" out || fail "it was not written anew"
check_status 0 chancery-verify --full -A a

# Where there is no place for the key nothing is remembered, and nothing left lying about.
mkdir empty
check_status 0 env -u HOME -u XDG_STATE_HOME -C empty XDG_CACHE_HOME="$PWD/cache" chancery-verify -A "$PWD/a"
[ ! -e cache ] || fail "remembered: $(find cache)"
