#!/bin/bash
# Approvals: what is printed, what is refused and in which words, batches, and the examples of the page.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
for _ in 1 2 3 4; do apply bob S-0007 --presses 3; done
apply carol S-0007 --presses 21
heads() { git -C "$CHANCERY_ARCHIVE" rev-parse main; }

# Who may not, and why; nothing enters the register.
before=$(heads)
check_status 1 as bob seal-approve d1-000001
check_output err <<<"seal-approve: OWN-APPLICATION: 'd1-000001': nobody decides on an application of his own; needed: another 'manager': carol, erin"
check_status 1 as carol seal-approve d1-000005
check_output err <<<"seal-approve: OWN-APPLICATION: 'd1-000005': nobody decides on an application of his own; needed: another 'manager': erin"
check_status 1 as dave seal-approve d1-000001
check_output err <<<"seal-approve: NO-AUTHORITY: 'd1-000001': level 1 needs a 'manager', and 'dave' is not one; needed: another 'manager': carol, erin"
check_status 1 as frank seal-approve "$path/d1-000001"
check_output err <<<"seal-approve: NO-AUTHORITY: '$path/d1-000001': level 1 needs a 'manager', and 'frank' is not one; needed: another 'manager': carol, erin"
check_status 1 as carol seal-approve --presses 4 d1-000001
check_output err <<<"seal-approve: ABOVE-APPLICATION: 'd1-000001': grants more than was applied for"
check_status 1 as erin seal-approve d1-000005
check_output err <<<"seal-approve: ABOVE-LIMIT: 'd1-000005': more presses than the level may grant; needed: no more than 20 presses, or a level that may grant more"
check_status 1 as carol seal-approve d1-000009
check_output err <<<"seal-approve: no application 'd1-000009'; seal-list shows them all"
check_status 2 as carol seal-approve --presses 0 d1-000001
check_status 2 as carol seal-approve --not-after yesterday d1-000001
check_status 0 as carol seal-approve </dev/null
[ "$before" = "$(heads)" ] || fail 'a refusal has moved the register'

# -n says what would be done and what is missing, and does nothing.
check_status 0 as carol bash -c "$(example seal-approve 1)"
check_output out <<<"$path/d1-000001	approve: Level 1, Role manager, Presses 3	level 1 wants 1 more 'manager'"
[ "$before" = "$(heads)" ] || fail '-n has moved the register'

# All or nothing: one that is refused keeps the others back.
check_status 1 as carol seal-approve d1-000001 d1-000005
[ "$before" = "$(heads)" ] || fail 'half a batch has entered the register'

# Level by level, never by the same person, never twice.
check_status 0 as carol bash -c "$(example seal-approve 2)"
cut -f 2- out >next
check_output next <<<"$path/d1-000001	level 2 wants 1 more 'director'"
check_status 1 as carol seal-approve d1-000001
check_has err "NO-AUTHORITY: 'd1-000001': level 2 needs a 'director', and 'carol' is not one"
check_status 0 as dave seal-approve --json d1-000001
sed 's/"act":"[0-9a-f]\{64\}"/"act":"..."/' out >next
check_output next <<END
{"act":"...","subject":"$path/d1-000001","next":"nothing: 2 of 2 presses are left"}
END
check_status 1 as dave seal-approve d1-000001
check_output err <<<"seal-approve: CONFLICT: 'd1-000001': another decision was registered first"

# A batch on one page of the register; --keep-going leaves out what would be refused.
check_status 0 as carol seal-approve -q d1-000002 d1-000003
check_output out </dev/null
check_status 1 as carol bash -c "$(example seal-approve 3)"
check_has err "seal-approve: OWN-APPLICATION: 'd1-000005': nobody decides on an application of his own" \
	"seal-approve: NO-AUTHORITY: 'd1-000002': level 2 needs a 'director'" 'seal-approve: 3 of 4 refused'
cut -f 2- out >next
check_output next <<<"$path/d1-000004	level 2 wants 1 more 'director'"
printf 'd1-000002\0d1-000003\0' | as dave seal-approve -0 -q
seal-list | cut -f 1,3,5 >list
check_output list <<END
d1-000001	approved	2
d1-000002	approved	3
d1-000003	approved	3
d1-000004	open	0
d1-000005	open	0
END

# One page for the batch, and git shows who has decided.
git -C "$CHANCERY_ARCHIVE" log --no-merges --format='%an: %s' main -- "$path/d1-000003" >history
check_output history <<END
dave: dave approves $path/d1-000003
carol: carol approves $path/d1-000003
bob: bob applies with $path/d1-000003
END
