#!/bin/bash
# Another image for a seal: signed by two persons, brought over the cable, started on trial, confirmed; and every one that the seal does not take, with its control. Here
# the seal is a process that says which image it would be; below the image in QEMU, where that is its code.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

for name in anna boris clara mallory; do openssl genpkey -algorithm ed25519 -out "$name.pem"; done
for name in anna boris clara; do openssl pkey -in "$name.pem" -pubout >"$name.pub"; done
cat anna.pub boris.pub clara.pub >keys
SEAL_SIM+=(--install "$PWD/one")
for name in anna boris clara; do SEAL_SIM+=(--update-key "$(openssl pkey -in "$name.pem" -pubout -outform DER | tail -c 32 | basenc --base16 | tr A-F a-f)"); done

# code FILE ADDRESS TEXT: code that begins, after a reset, behind that address, whose octets stand here as the processor has them.
code() { printf '\0\0\0\x20%b%s' "$2" "$3" >"$1"; }
# release NUMBER FILE [PERSON...]: for both slots, signed by them.
release() {
	local number=$1 file=$2 person
	shift 2

	code a '\x01\x02\x06\x21' "release $number"
	code b '\x01\x02\x08\x21' "release $number"
	seal-image --make --board host --release "$number" --out "$file" a b
	for person; do seal-image --sign "$person.pem" --keys keys "$file"; done
}
runs() { plug seal alice seal-update | cut -f 2-4; }

# Making and signing.
release 1 one
check_status 1 seal-image --keys keys one
check_has err "FEW-SIGNATURES: 'one': the image is not signed by two of the three update keys"
check_status 0 seal-image one
seal-image --sign boris.pem --keys keys one
check_status 1 seal-image --keys keys one
check_status 1 seal-image --sign mallory.pem --keys keys one
check_has err "UNKNOWN-KEY: the key of 'mallory.pem' is none of the three in 'keys'"
seal-image --sign anna.pem --keys keys one
check_status 0 seal-image --keys keys one
check_output <(cut -f 1-4,6,7 out) <<END
host	1	0x21060000	24	1 2	OK
host	1	0x21080000	24	1 2	OK
END
cat anna.pub boris.pub anna.pub >twice
check_status 1 seal-image --keys twice one
check_has err 'three different public keys'
check_status 2 seal-image --sign anna.pem one
check_status 2 seal-image --make --board host --release 0 --out x a
check_status 1 seal-image --make --board host --release 1 --out x a a
check_output err <<<'seal-image: MALFORMED-IMAGE: two codes are linked for 0x21060000: an image wants one for each slot'

# Delivered, enrolled; the update keeps what the seal remembers.
office_sim
[ "$(runs)" = "$(printf '1\t1\tno')" ] || fail "runs $(runs)"
release 2 two anna clara
check_status 0 plug seal alice seal-update -n two
[ "$(runs)" = "$(printf '1\t1\tno')" ] || fail 'changed something'
check_status 0 plug seal alice seal-update two
[ "$(cut -f 1-4 out)" = "$(printf 'host\t2\t2\tno')" ] || fail "$(cat out)"
[ "$(runs)" = "$(printf '2\t2\tno')" ] || fail "runs $(runs)"
approved
check_status 0 unlock -q
as alice chancery-verify -q --seals

# What it does not take, and then that it would take one.
refused() {
	check_status 1 plug seal alice seal-update "$1"
	check_has err "$2"
	[ "$(runs)" = "$(printf '2\t2\tno')" ] || fail "runs $(runs)"
}
refused one "STALE-IMAGE: 'one' is release 1; the seal has run release 2 and takes nothing older"
release 3 three boris
refused three 'FEW-SIGNATURES'
seal-image --sign boris.pem --keys keys three # the same again
refused three 'FEW-SIGNATURES'
seal-image --make --board other --release 3 --out other a b
refused other "WRONG-BOARD: 'other' is made for the board 'other'; the attached seal is 'host'"
release 3 three boris clara
code b '\x01\x02\x08\x21' 'release 9'
seal-image --make --board host --release 3 --out half b
refused half "WRONG-BOARD: 'half' has no image for 0x21060000, where the seal has room for the next one"
cp three flipped
printf '\xff' | dd of=flipped bs=1 seek=520 conv=notrunc status=none
refused flipped 'MALFORMED-IMAGE'
head -c 520 three >short
refused short 'MALFORMED-IMAGE'
openssl pkey -in mallory.pem -pubout >mallory.pub
cat mallory.pub boris.pub clara.pub >others
release 3 forged boris
seal-image --sign mallory.pem --keys others forged
refused forged 'BAD-SIGNATURE'
check_status 0 plug seal alice seal-update -q three
[ "$(runs)" = "$(printf '3\t3\tno')" ] || fail "runs $(runs)"

# Who does not know its keys has no boot stage to speak of.
SEAL_SIM=(--deadline-ms 60000)
check_status 1 plug other alice seal-update
check_has err 'NOT-ALLOWED: the attached seal has no boot stage'
