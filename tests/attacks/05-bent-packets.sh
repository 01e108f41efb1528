#!/bin/bash
# One signature in other bytes, made without the key, and packets that another program may read another way: behind one act there would be many commits, or a signature that is
# none. As acts, brought to every place that decides; each form by itself is in tests/cli/openpgp-gpg.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
past=$(date -u -d '10 minutes ago' +%Y-%m-%dT%H:%M:%SZ) # keys of our own sign with the time when they were made
# admit PERSON CERTIFICATE: a manager with that key; prints its fingerprint
admit() {
	local key
	key=$(pgp key "$2" | cut -d ' ' -f 3)
	as alice people-add -q --role manager "$1"
	forge register "$(as alice forge act -f key.asc="$PWD/$2" key "keys/${key:0:2}/$key" Version=1 To="$1" Scope=decide)" >verdict
	check_output verdict <<<'OK	accepted'
	echo "$key"
}
# approval PERSON KEY FILE: what that person would sign
approval() { payload erin "$3" approve "$path" Level=1 Role=manager Presses=1 Time="$past" Key="$2" Actor="$1"; }
pgp create own 'grace <grace@example.org>'
pgp certificate own >own.asc
key=$(admit grace own.asc)
approval grace "$key" text
unfit='the signature does not fit the bytes and the key'
form='the signature is not in canonical form'
commit() { forge commit text forged; }

# What any program could make of a good one: another number that is as good by a lax reader, other bits of a digest that nobody signs, a number or a length written
# otherwise, more in the part that nobody signs.
for variant in left16 s-plus-l; do
	pgp-forge $variant own text >forged
	unsaid BAD-SIGNATURE "$unfit" "$(commit)"
done
for variant in leading-zero inexact long-length new-format unhashed-note issuer-unhashed time-unhashed critical-unknown; do
	pgp-forge $variant own text >forged
	barred MALFORMED-SIGNATURE "$form" "$(commit)"
done

# Another version, type, algorithm, hash. Which byte says it: behind the tag and the length.
pgp-forge none own text >good
pgp dearmor signature good >packet
bend() { # bend BYTE:VALUE
	cp packet bent
	printf %b "\\x${1#*:}" | dd of=bent bs=1 seek="${1%:*}" conv=notrunc status=none
	! cmp -s packet bent || fail "'$1' changes nothing"
	pgp armor signature bent >forged
}
for change in 2:03 2:05 2:06 3:01 3:02 3:10 3:13 3:18 3:40 4:01 4:11 5:00 5:01 5:02 5:03 5:0b; do
	bend $change
	barred MALFORMED-SIGNATURE "$form" "$(commit)"
done
for change in 4:13 5:09 5:0a; do # an algorithm and hashes that we know, too
	bend $change
	unsaid BAD-SIGNATURE "$unfit" "$(commit)"
done

# A key by which one signature fits whatever is signed.
pgp-forge small-order-key own text >weak.asc
weak=$(admit heidi weak.asc)
approval heidi "$weak" text
pgp-forge small-order own text >forged
unsaid BAD-SIGNATURE "$unfit" "$(commit)"

# The control: by the same hand, not bent.
approval grace "$key" text
pgp-forge none own text >forged
accepted "$(commit)"
