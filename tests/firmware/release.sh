#!/bin/bash
# The stamp die comes out by a permit of its own, once, for a moment; the receipt of it comes home with the next session.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

PATH=$BUILD/tests/helpers:$PATH
office_sim
check_status 1 plug seal alice seal-release --reason 'worn' S-0007
check_has err 'NOT-ALLOWED: '
office_allows 'administrator die-release seals/*'
as alice seal-table -q --earlier 1 S-0007
check_status 2 plug seal alice seal-release S-0007
check_status 0 plug seal alice seal-release --reason 'the rubber is worn' S-0007
check_has err 'the die can be taken out now' 'the seal holds it again'
check_status 1 plug seal bob seal-release --reason 'worn' S-0007

# Signed elsewhere, while the seal waits: with another machine's gpg, and nobody's key here.
. "$(dirname "$0")/../elsewhere.sh"
plug seal frank seal-release --as alice --payload permit --reason 'worn again' S-0007 >waiting 2>told &
wait_for grep -q ^sign waiting
check_has waiting 'decides	die-release: Reason worn again'
check_has told 'leave the seal attached; waiting for the signature to be handed in'
sign_elsewhere alice permit 'gpg --armor --detach-sign permit'
check_status 0 chancery-submit permit permit.asc
wait $!
check_has told 'the die can be taken out now' 'the seal holds it again'

# The same permit again, as whoever has a copy would show it: another nonce.
act=$(git -C "$CHANCERY_ARCHIVE" log --format=%H --no-merges -1 main -- 'seals/S-0007/die-release.*')
printf '=05\n=06 %s\n=07\n' "$(git -C "$CHANCERY_ARCHIVE" cat-file commit "$act" | od -An -v -tx1 | tr -d ' \n')" >script
check_status 0 plug seal bob frames <script
sed 1d out | cut -d ' ' -f 2 >answers
check_output answers <<END
WRONG-NONCE
OUT-OF-ORDER
END

approved --presses 1
check_status 0 unlock
seal-show "$APPLICATION" >shown
grep -q '^receipt.*	die	none$' shown || { cat shown; fail 'no receipt of it'; }
check_status 0 chancery-verify --seals
