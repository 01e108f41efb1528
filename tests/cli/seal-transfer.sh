#!/bin/bash
# A decision handed on: to somebody who could take it, at most three times, never round; the receiver's decision names the transfer.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
make_person grace heidi ivan
for id in grace heidi ivan; do office_person "$id" "$id" manager; done
apply bob S-0007
apply erin S-0007

check_status 2 as carol seal-transfer d1-000001
check_status 2 as carol seal-transfer --to 'not an id' d1-000001
check_status 1 as bob seal-transfer --to carol d1-000001
check_output err <<<"seal-transfer: OWN-APPLICATION: 'd1-000001': nobody decides on an application of his own; needed: another 'manager': carol, erin, grace, heidi, ivan"
check_status 1 as dave seal-transfer --to carol d1-000001
check_has err "NO-AUTHORITY: 'd1-000001': level 1 needs a 'manager', and 'dave' is not one"
check_status 1 as carol seal-transfer --to erin d1-000002
check_output err <<<"seal-transfer: OWN-APPLICATION: 'd1-000002': nobody decides on an application of his own"
check_status 1 as carol seal-transfer --to frank d1-000001
check_output err <<<"seal-transfer: NO-AUTHORITY: 'd1-000001': level 1 needs a 'manager', and 'frank' is not one"
check_status 1 as carol seal-transfer --to nobody d1-000001
check_has err "there is nobody called 'nobody'; see people-list"
check_status 1 as carol seal-transfer --to carol d1-000001
check_has err "TOO-MANY-TRANSFERS: 'd1-000001': transferred too often, or in a circle"

check_status 0 as carol seal-transfer -n --to erin d1-000001
check_output out <<<"$path/d1-000001	transfer: Level 1, Role manager, To erin	level 1 wants 1 more 'manager'"
check_status 0 as carol bash -c "$(example seal-transfer 1)"
transfer=$(cut -f 1 out)

# Who has handed it on does not decide any more; others still may; nobody hands it back.
check_status 1 as carol seal-approve d1-000001
check_has err "TRANSFERRED: 'd1-000001': the actor has transferred this decision to somebody else"
check_status 1 as erin seal-transfer --to carol d1-000001
check_has err TOO-MANY-TRANSFERS:
check_status 0 as heidi seal-approve -n d1-000001
check_status 0 as erin seal-transfer -q --to grace d1-000001
check_status 0 as grace seal-transfer -q --to heidi d1-000001
check_status 1 as heidi seal-transfer --to ivan d1-000001
check_has err TOO-MANY-TRANSFERS:

# Via is the transfer to the person who decides.
check_status 0 as heidi seal-approve d1-000001
git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%B --author=heidi main -- "$path/d1-000001" | grep '^Via:' >via
third=$(seal-show --json d1-000001 | sed -n 's/.*"person":"grace","kind":"transfer".*"act":"\([0-9a-f]*\)".*/\1/p')
check_output via <<<"Via: $third"
[ "$third" != "$transfer" ] || fail 'the first transfer was not to heidi'

# At the next level everything is as before.
check_status 1 as dave seal-transfer --to heidi d1-000001
check_has err "NO-AUTHORITY: 'd1-000001': level 2 needs a 'director', and 'heidi' is not one"
check_status 0 as dave seal-approve d1-000001
