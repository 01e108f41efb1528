#!/bin/bash
# A client that checks nothing: real acts of a real archive, put on the cable in every wrong way. Each refusal beside the seal's word when it is done right,
# which tests/firmware/unlock-*.sh and tests/unit/seal.c have in full.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

PATH=$BUILD/tests/helpers:$PATH

# acts APPLICATION: the commits of an application's chain, oldest first.
acts() { git -C "$CHANCERY_ARCHIVE" log --no-merges --reverse --format=%H main -- "seals/*/applications/*/$1/*"; }

# act KIND APPLICATION [N]: the raw commit of the N-th act of that kind, as hex.
act() {
	local commit

	for commit in $(acts "$2"); do
		if git -C "$CHANCERY_ARCHIVE" cat-file commit "$commit" | grep "^Act: $1\$" >/dev/null; then echo "$commit"; fi
	done | sed -n "${3:-1}p" | xargs git -C "$CHANCERY_ARCHIVE" cat-file commit | hex
}
hex() { od -An -v -tx1 | tr -d ' \n'; }

# sends EXPECTED LINE...: BEGIN, then each line; the answers but the first are exactly these words.
sends() {
	local expected=$1
	shift

	printf '%s\n' '=05' "$@" >script
	check_status 0 plug seal bob frames <script
	answers=$(sed 1d out | cut -d ' ' -f 2 | paste -sd ' ')
	[ "$answers" = "$expected" ] || fail "answers '$answers' instead of '$expected'"
}

# An honest session: the seal has its table from it, the archive what was shown.
office_sim
approved --presses 3
check_status 0 unlock --presses 1
apply=$(act apply "$APPLICATION")
manager=$(act approve "$APPLICATION" 1)
director=$(act approve "$APPLICATION" 2)

sends 'NO-APPLICATION' '=07'
sends 'OUT-OF-ORDER' '=09'
sends 'OUT-OF-ORDER' "=06 $manager"
sends 'OK LEVEL-MISSING' "=06 $apply" '=07'
sends 'OK OK LEVEL-MISSING' "=06 $apply" "=06 $manager" '=07'
sends 'OK LEVEL-ORDER' "=06 $apply" "=06 $director"
sends 'OK OK CONFLICT' "=06 $apply" "=06 $manager" "=06 $manager"
sends 'OK OK OK NO-STATE' "=06 $apply" "=06 $manager" "=06 $director" '=07'

# One digit of the tree altered; a line more in the armor; bytes behind the message.
digit=30
[ "${apply:10:2}" != 30 ] || digit=31
sends 'BAD-SIGNATURE' "=06 ${apply:0:10}$digit${apply:12}"
sends 'MALFORMED-COMMIT' "=06 $apply 0a"
sends 'MALFORMED-COMMIT' "=06 ${apply}00"
sends 'MALFORMED-COMMIT' "=06 $(printf 'encoding UTF-8\n' | hex)$apply"

# What a session left in the archive is no key to the next one, nor is a photo of the code.
state=$(act seal-state "$APPLICATION")
session=$(act seal-session "$APPLICATION")
sends 'OK OK OK OK WRONG-NONCE' "=06 $apply" "=06 $manager" "=06 $director" "=06 $state" "=06 $session"
sends 'OK OK OK OK STALE-STATE' "=06 $apply" "=06 $manager" "=06 $director" "=06 $state" '=07'
sends 'OK OK OK OUT-OF-ORDER' "=06 $apply" "=06 $manager" "=06 $director" '=08 00112233445566778899aabbccddeeff'

# Somebody else's approvals.
first=$apply
approved --presses 2
sends 'OK WRONG-SUBJECT' "=06 $(act apply "$APPLICATION")" "=06 $manager"
sends 'OK WRONG-SUBJECT' "=06 $first" "=06 $(act approve "$APPLICATION" 1)"
check_status 0 unlock --presses 1
