#!/bin/bash
# The memory of what was verified: changed, of another archive, of another history, older than main. Whatever is done to it, the answer is the one without it.
. "$(dirname "$0")/../lib.sh"

many() { "$BUILD/tests/helpers/many" "$@" >>many.log; }
many a 180 90
many b 180 90
export XDG_CACHE_HOME=$PWD/cache XDG_STATE_HOME=$PWD/state
of() { echo "$XDG_CACHE_HOME/chancery/memory-$(printf %s "$PWD/$1" | sha256sum | head -c 16)"; }
memory=$(of a) key=$XDG_STATE_HOME/chancery/memory.key

verify() { check_status 0 chancery-verify -A "${1:-a}"; }
says() { cat out err; }
warned="all of it was verified again, from the founding on"

# The control: it is made, used, and says what is said without it.
check_status 0 chancery-verify --full -A a
says >full
rm -f "$memory"
verify
[ -s "$memory" ] || fail "nothing was remembered"
[ "$(stat -c %a "$key")" = 600 ] || fail "others may read the key"
verify
says | cmp full - || fail "with the memory it says something else"
cp "$memory" good

# Changed at its head, in the middle, at its end; cut; longer; with nothing in it.
size=$(stat -c %s good)
for at in 40 200 1030 1200 $((size / 3)) $((size / 2)) $((size - 20)); do
	cp good "$memory"
	byte=$(od -An -tu1 -j "$at" -N 1 good)
	printf '%b' "\\x$(printf %x $((byte ^ 1)))" | dd of="$memory" bs=1 seek="$at" conv=notrunc status=none
	check_status 0 chancery-verify -A a
	cmp -s out <(head -n "$(wc -l <out)" full) || fail "changed at $at it says something else"
done
for length in 0 1 1056 $((size / 2)) $((size - 1)); do
	head -c "$length" good >"$memory"
	verify
	sed "/$warned/d" err >rest
	cat out rest | cmp full - || fail "cut at $length it says something else"
done
{ cat good; echo; } >"$memory"
verify
check_has err "the memory of what was verified has been changed: $warned"

# What has changed since is kept beside it and held against the same key: changed at its head, in the middle, at its end. Cut, longer and empty, too.
many a 5
verify
cp "$memory" good
cp "$memory.delta" changes
check_status 0 chancery-verify --full -A a
says >full
size=$(stat -c %s changes)
# lay FILE: that beside the good one
lay() { cp good "$memory"; cp "$1" "$memory.delta"; }
lay changes
verify
says | cmp full - || fail "with what has changed it says something else"
for at in 130 200 1030 $((size / 2)) $((size - 20)); do
	lay changes
	byte=$(od -An -tu1 -j "$at" -N 1 changes)
	printf '%b' "\\x$(printf %x $((byte ^ 1)))" | dd of="$memory.delta" bs=1 seek="$at" conv=notrunc status=none
	verify
	sed "/$warned/d" err >rest
	cat out rest | cmp full - || fail "what has changed, changed at $at: it says something else"
done
check_has err "the memory of what was verified has been changed: $warned"
for length in 0 1055 1056 $((size / 2)) $((size - 1)); do
	lay <(head -c "$length" changes)
	verify
	sed "/$warned/d" err >rest
	cat out rest | cmp full - || fail "what has changed, cut at $length: it says something else"
done
lay <(cat changes changes)
verify
check_has err "the memory of what was verified has been changed: $warned"

# Of an older state: an older memory, and no more. Beside another memory it is left over from before.
lay changes
many a 5
verify
check_status 0 chancery-verify --full -A a
says >full
lay changes
verify
says | cmp full - || fail "an older one"
[ ! -s err ] || fail "$(cat err)"
rm -f "$memory" "$memory.delta"
verify
[ ! -e "$memory.delta" ] || fail "there is nothing beside a memory that was just written"
cp "$memory" good
lay changes
verify
says | cmp full - || fail "one of another memory"
[ ! -s err ] || fail "$(cat err)"

# Whoever writes it anew gives no MAC that is right to what was wrong: not in the file that gets its name, and not in what is left of the one that does not.
gcc -shared -fPIC -o keep.so "$SRC/tests/helpers/preload/keep.c" -ldl
many c 700 350
rm -r "$XDG_STATE_HOME/chancery/seen" # all such archives have one id
verify c
other=$(of c)
cp "$other" before
many c 100 100 # the indexes grow: all is written anew
# grown CHUNK [OCTETS]: acts that few ask for, 128 in a chunk; what happened is in `status` and `err`
grown() {
	rm -f "$other"*
	cp before "$other"
	printf '%b' "${2:-}" | dd of="$other" bs=1 seek=$((1056 + $1 * 10272 + 5000)) conv=notrunc status=none
	status=0
	LD_PRELOAD=$PWD/keep.so chancery-verify -A c >out 2>err || status=$?
}
grown 1
[ "$status$(ls "$other.kept" 2>/dev/null)" = 0 ] || fail "$status: $(cat err)"
for chunk in 1 2 3 4 5 6 7 8 9 10 11 12; do # where one of them was asked for it is found out before anything is written
	grown "$chunk" '\377\377\377'
	[ "$status" = 0 ] || break
	check_has err "the memory of what was verified has been changed: $warned"
done
[ "$status" = 75 ] || fail "status $status"
check_has err 'the memory of what was verified has been changed'
[ -s "$other.kept" ] || fail "it was found out before it was written anew"
head -c 1056 "$other.kept" | cmp - <(head -c 1056 /dev/zero) || fail "there is a head on what was wrong"
mv "$other.kept" "$other"
check_status 0 chancery-verify --full -A c
says >without
verify c
says | cmp without - || fail "what was wrong is believed"
rm -r "$XDG_STATE_HOME/chancery/seen"

# Somebody who does not have the key makes one of his own: what is in it does not count.
cp good "$memory"
cp "$key" kept-key
head -c 32 /dev/urandom >"$key"
verify
check_has err "the memory of what was verified has been changed: $warned"

# That of another archive; and a key that others can read is none.
cp kept-key "$key"
rm -r "$XDG_STATE_HOME/chancery/seen"
verify b
cp "$(of b)" "$memory"
rm -r "$XDG_STATE_HOME/chancery/seen"
verify
check_has err "$warned"
verify
chmod 644 "$key"
cp "$memory" kept
printf '%b' '\x00' | dd of="$memory" bs=1 seek=200 conv=notrunc status=none
verify
says | cmp full - || fail "a memory whose key others can read was looked at"
chmod 600 "$key"

# Main taken back behind it, and gone on from there in another way.
rm -f "$memory"
verify
head=$(git -C a rev-parse main)
git -C a update-ref refs/heads/main main~2
check_status 1 chancery-verify -A a
check_has err "ROLLBACK: " "what was verified is no longer a part of the register: $warned"
git -C a update-ref refs/heads/main "$head"

# Main further than it: only what has come since is verified, and what is bad there is found.
rm -f "$memory"
verify
many a 10
verify
check_has out "$(git -C a log -1 --format=%B main | sed -n 's/^Seq: //p')"
sha256sum "$memory"* >good
verify
sha256sum "$memory"* | cmp good - || fail "nothing new is not worth another memory"
git -C a update-ref refs/heads/main "$(git -C a -c user.name=mallory -c user.email=mallory@example.org commit-tree -p main -m 'not signed' 'main^{tree}')"
check_status 1 chancery-verify -A a
cp err said
check_status 1 chancery-verify --full -A a
cmp err said # nobody has taken back what was verified
git -C a update-ref refs/heads/main main~1

# What hooks remember lies in the archive, and is held against its own key no less.
registered() { chancery-register -q -A a >out 2>err || fail "$(cat err)"; }
memory=a/chancery/memory
rm -f "$memory"
registered
[ -s "$memory" ] || fail "nothing was remembered"
registered
[ ! -s err ] || fail "$(cat err)"
printf '%b' '\x00' | dd of="$memory" bs=1 seek=200 conv=notrunc status=none
registered
check_has err "the memory of what was verified has been changed: $warned"
