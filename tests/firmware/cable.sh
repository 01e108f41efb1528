#!/bin/bash
# The cable: what is no frame, what comes in pieces, who else wants the seal, and a key that stock gpg takes.
. "$(dirname "$0")/../lib.sh"

PATH=$BUILD/tests/helpers:$PATH
sim=(unlogged seal-sim --flash "$TEST_DIR/flash" --serial BENCH-7)
types() { cut -d ' ' -f 1 "$1" | tr '\n' ' '; }

# Identity, status, certificate; the certificate is one that gpg imports, and names the device.
printf '=01\n=0a\n=02\n' >script
check_status 0 "${sim[@]}" -- frames <script
[ "$(types out)" = '82 84 83 ' ] || fail "answers: $(types out)"
sed -n 's/^83 //p' out | tr a-f A-F | basenc --base16 -d >certificate
key=$(sed -n 's/^82 //p' out | cut -c 33-72)
gpg --quiet --import certificate
[ "$(gpg --with-colons --list-keys | awk -F: '$1 == "fpr" { print tolower($10) }')" = "$key" ] || fail 'another key than its identity says'
check_status 0 gpg --with-colons --list-keys
check_has out ':seal BENCH-7:'

# The key stays over power cycles, the boots are counted, each bundle has a nonce of its own.
check_status 0 "${sim[@]}" -- frames <<<'=01'
[ "$(cut -c 36-75 out)" = "$key" ] || fail 'another key after a power cycle'
[ "$(cut -c 92-107 out)" = 0000000000000002 ] || fail "boots: $(cut -c 92-107 out)"

# What can never be a frame is refused, and the next one is answered.
cat >script <<'END'
00000000                      # empty
00000801 06                   # announces 2,048 octets ...
END
check_status 74 "${sim[@]}" -- frames <script # ... that never come: the client gives up
cat >script <<'END'
00000000
ffffffff 01
00000001 7f                   # no such request
00000001 84                   # an answer
=0a
=08 00112233445566778899aabbccddeeff
=09
=07
=0b
=0a 00                        # a question with something behind it
=01
END
check_status 0 "${sim[@]}" -- frames <script
check_output out <<END
81 MALFORMED-FRAME the frame does not follow the protocol
81 TOO-LONG longer than the format allows
81 MALFORMED-FRAME the frame does not follow the protocol
81 OUT-OF-ORDER not possible in this state
$(sed -n 5p out)
81 OUT-OF-ORDER not possible in this state
81 OUT-OF-ORDER not possible in this state
81 OUT-OF-ORDER not possible in this state
81 OK 
81 OUT-OF-ORDER not possible in this state
$(tail -n 1 out)
END

# Frames of every length round a packet's, and the longest.
for length in 58 59 60 122 123 124 187 2043 2047 2048; do
	printf '=03 %0*d\n' $((2 * length)) 0
done >script
echo '=01' >>script
check_status 0 "${sim[@]}" -- frames <script
[ "$(types out)" = '81 81 81 81 81 81 81 81 81 81 82 ' ] || fail "answers: $(types out)"

# Two hosts: the second is told to wait. The first vanishes: the second is served.
# attach OPTION...: where plugged() finds the seal; its process is $simulated, which a function in the background is not: exec.
attach() {
	rm -f environment
	unlogged exec "${sim[@]:1}" "$@" >environment &
	simulated=$!
	wait_for grep -qs LD_PRELOAD environment
}
# detach: it ends well, whatever has been pulled; its memory is the next one's.
detach() {
	kill "$simulated"
	wait "$simulated" || fail "the simulated seal ended with $?"
}
attach
# plugged [exec] COMMAND...
plugged() {
	local how=()
	[ "$1" != exec ] || { how=(exec); shift; }
	unlogged "${how[@]}" env "$(sed -n 1p environment)" "$(sed -n 2p environment)" "$@"
}
mkfifo line
plugged exec frames <line >first &
first=$!
exec 3>line
echo '=01' >&3
wait_for grep -qs ^82 first
check_status 75 plugged frames <<<'=01'
check_has err 'another program holds the seal'
kill -KILL "$first"
exec 3>&-
answered() { plugged frames <<<'=01'; }
wait_for answered
detach

# The cable is pulled before the seal has heard a request, and before the host has heard the answer: the device is gone, and looked for again it is not there.
gone() {
	local status=0
	plugged frames <<<'=01' 2>missing || status=$?
	[ "$status" -eq 75 ]
}
for way in lost unanswered; do
	printf '=01\n=0a\n=01\n' >script
	check_status 74 "${sim[@]}" --at "0a=$way" -- frames <script
	[ "$(types out)" = '82 ' ] || fail "answers: $(types out)"
	check_has err 'the seal: it was disconnected'
	attach --at "0a=$way"
	check_status 74 plugged frames <<<'=0a'
	wait_for gone
	check_has missing 'no seal is attached; connect it and try again'
	detach
done

# The same over a plain stream: in pieces, several at once, a second host, and nobody there.
export CHANCERY_SEAL=unix:$TEST_DIR/seal.socket
check_status 75 frames <<<'=01'
check_has err "no seal is attached at '$TEST_DIR/seal.socket'; connect it and try again"
unlogged exec seal-sim --flash "$TEST_DIR/flash" --serial BENCH-7 --socket "$TEST_DIR/seal.socket" &
simulated=$!
wait_for test -S "$TEST_DIR/seal.socket"
for length in 58 59 60 122 123 124 187 2043 2047 2048; do printf '=03 %0*d\n' $((2 * length)) 0; done >script
check_status 0 frames <script
[ "$(types out)" = '81 81 81 81 81 81 81 81 81 81 ' ] || fail "answers: $(types out)"
check_status 0 frames <<<'=01'
[ "$(cut -c 36-75 out)" = "$key" ] || fail 'another key over the stream'
rm first
frames <line >first &
first=$!
exec 3>line
echo '=01' >&3
wait_for grep -qs ^82 first
check_status 74 frames <<<'=01'
check_has err 'it was disconnected, or another program holds it'
exec 3>&-
wait "$first"
check_status 0 frames <<<'=01'
detach
