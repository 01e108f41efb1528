#!/bin/bash
# git-lfs-transfer dies before each of its calls that change something (a sample; all with SOAK=1): what was acknowledged is there, what was not is whole or absent, and the
# next session sweeps what lies about. And a full disk: told, nothing half is left, and there is room for what is smaller.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # which does not work under ptrace
step=3
[ "$SOAK" = 0 ] || step=1
make_person alice
export CHANCERY_ARCHIVE=$TEST_DIR/archive
as alice chancery-init -q "$CHANCERY_ARCHIVE" alice
pkt() { local line; for line; do case $line in -) printf 0001 ;; .) printf 0000 ;; *) printf '%04x%s\n' $((${#line} + 5)) "$line" ;; esac; done; }
sum() { sha256sum <"$1" | cut -c 1-64; }
place() { local sum; sum=$(sum "$1") && echo "$2/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"; }
# request FILE: as git-lfs sends it
request() {
	pkt 'version 1' . "put-object $(sum "$1")" "size=$(stat -c %s "$1")" -
	split -b 32768 --filter 'cat >part; printf "%04x" $(($(stat -c %s part) + 4)); cat part' "$1"
	pkt . quit .
}
# Of the answers the one to put-object: the second status.
taken() { [ "$(grep -ao 'status [0-9]*' answer | sed -n 2p)" = 'status 200' ]; }
left() { find "$CHANCERY_ARCHIVE/lfs/tmp" -type f 2>/dev/null | wc -l; }

# At a random byte each time, so that every content is another.
died=0 told=0
for ((n = 1; ; n += step)); do
	head -c $((60000 + n)) /dev/urandom >content
	request content >asked
	if die-at "$n" git-lfs-transfer "$CHANCERY_ARCHIVE" upload <asked >answer 2>err; then
		died=$((died + 1))
	else
		taken || fail "not killed, and not taken: $(cat err)"
		break
	fi
	file=$(place content "$CHANCERY_ARCHIVE")
	if taken; then
		told=$((told + 1))
		cmp "$file" content
	elif [ -e "$file" ]; then
		cmp "$file" content
	fi
	git-lfs-transfer "$CHANCERY_ARCHIVE" upload < <(pkt quit .) >answer
	[ "$(left)" = 0 ] || fail "something is left in lfs/tmp after call $n"
done
echo "killed $died times, $told of them after the acknowledgement"
[ "$died" -gt 10 ] || fail 'died too seldom'
chancery-verify -q --store

[ "$(id -u)" = 0 ] || exit 0
mkdir "$TEST_DIR/small"
mount -t tmpfs -o size=8m none "$TEST_DIR/small" || exit 0
as alice chancery-init -q "$TEST_DIR/small/archive" alice
export CHANCERY_ARCHIVE=$TEST_DIR/small/archive
head -c 9000000 /dev/urandom >content
request content >asked
git-lfs-transfer "$CHANCERY_ARCHIVE" upload <asked >answer
check_has answer 'status 507' 'No space left on device'
[ ! -e "$(place content "$CHANCERY_ARCHIVE")" ] || fail 'half of it is there'
[ "$(left)" = 0 ] || fail 'something is left of it'
head -c 900000 /dev/urandom >content
request content >asked
git-lfs-transfer "$CHANCERY_ARCHIVE" upload <asked >answer
taken || fail "not taken: $(cat answer)"
cmp "$(place content "$CHANCERY_ARCHIVE")" content
umount "$TEST_DIR/small"
