#!/bin/bash
# More acts than a page of the register holds: main moves once, over all of their pages, or not at all.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
count=$((SOAK ? 1000 : 70))
for ((i = 0; i < count; i++)); do as bob seal-apply -q --document "$TEST_DIR/contract.txt" --reason "number $i" S-0007; done
apply carol S-0007
tip() { git -C "$CHANCERY_ARCHIVE" rev-parse main; }
pages() { git -C "$CHANCERY_ARCHIVE" rev-list --count --first-parent main; }
before=$(tip)
pages=$(pages)

check_status 1 bash -c "seal-list | cut -f 1 | env HOME=$TEST_DIR/people/carol GNUPGHOME=$TEST_DIR/people/carol/.gnupg seal-approve -q"
check_has err "OWN-APPLICATION: '$APPLICATION'"
[ "$before" = "$(tip)" ] || fail 'half a batch has been registered'

seal-list | cut -f 1 | grep -v "$APPLICATION" >names
as carol seal-approve <names >out
[ "$(wc -l <out)" -eq "$count" ] || fail "not $count acts"
[ "$(pages)" -eq $((pages + (count + 31) / 32)) ] || fail 'not as few pages as hold them'
check_status 0 chancery-verify -q
[ "$(seal-list | grep -c "level 2 wants 1 more 'director'")" -eq "$count" ] || fail 'not all have been approved'
