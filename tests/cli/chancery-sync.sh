#!/bin/bash
# Acts signed in a clone: sent at once, kept while the link is down, accepted or refused by the register, whose word comes back.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

office_seals S-0007
serve
clone desk
clone branch
admit desk d2
year=$(date -u +%Y)
path=seals/S-0007/applications/$year/0

# waiting NAME N: so many acts are in its outbox.
waiting() { [ "$(at "$1" chancery-sync -n | grep -c .)" = "$2" ] || fail "not $2 acts wait in $1"; }

check_status 0 at desk chancery-sync
check_output out </dev/null
check_status 1 chancery-sync
check_output err <<<"chancery-sync: '$server' is no clone: its register is here"

# ---- the link is up: as where the register is ----
date >letter.txt
check_status 0 at desk as bob seal-apply --reason 'a letter' --document letter.txt --presses 2 S-0007
[ "$(cut -f 2 out)" = "$path/d2-000001" ] || fail "$(cat out)"
check_status 0 at desk as carol seal-approve d2-000001
[ "$(cut -f 3 out)" = "level 2 wants 1 more 'director'" ] || fail "$(cat out)"
check_status 1 at desk as carol seal-approve d2-000001
check_has err 'seal-approve: NO-AUTHORITY'
waiting desk 0
seal-show d2-000001 | grep -q 'carol.*approve' || fail 'the register does not have it'

# What the register alone knows: somebody else was quicker.
check_status 0 as dave seal-reject --reason 'no more letters' d2-000001
check_status 1 at desk as dave seal-approve d2-000001
check_has err "seal-approve: REJECTED: "
waiting desk 0
check_status 0 at desk chancery-status
refused=$(sed -n 's/^refused\t//p' out)
[[ $refused == *" approve $path/d2-000001: REJECTED: "* ]] || fail "$(cat out)"
at desk as dave chancery-inbox >out
check_has out "refused.${refused:0:12}	refused: approve $path/d2-000001: REJECTED: "
at desk as carol chancery-inbox >out
check_output out </dev/null
check_status 0 at desk chancery-sync -n --forget "${refused:0:12}"
check_status 0 at desk chancery-sync --forget "${refused:0:12}"
check_status 1 at desk chancery-sync --forget "${refused:0:12}"
check_output err <<<"chancery-sync: no refused act '${refused:0:12}' is kept here; see chancery-status"
[ -z "$(at desk chancery-status | sed -n 's/^refused\t//p')" ] || fail 'it is still there'

# ---- the link is down: kept, and what follows from it can be signed as well ----
link_down
date >offer.txt
check_status 75 at desk as bob seal-apply --reason 'an offer' --document offer.txt S-0007
check_output err <<<"seal-apply: '$server' cannot be reached: fatal: '$server' does not appear to be a git repository; kept here, will be sent by chancery-sync"
[ "$(cut -f 2 out)" = "$path/d2-000002" ] || fail "$(cat out)"
check_status 75 at desk as erin seal-approve d2-000002
check_status 75 at desk as dave seal-approve d2-000002
[ "$(cut -f 3 out)" = 'nothing: 1 of 1 presses are left' ] || fail "$(cat out)"
at desk seal-show d2-000002 >shown
[ "$(grep -c 'not registered yet' shown)" = 3 ] || fail "$(cat shown)"
check_status 1 at desk as erin seal-reject --reason changed d2-000002
check_status 1 at desk chancery-export -o case.tar d2-000002
check_status 75 at desk chancery-sync
waiting desk 3
check_status 0 at desk chancery-verify -q

# And is sent when it is up; to another clone it comes with its next call.
link_up
check_status 0 at desk chancery-sync
[ "$(cut -f 2-4 out)" = "$(printf '%s\t'"$path/d2-000002"'\taccepted\n' apply approve approve)" ] || fail "$(cat out)"
waiting desk 0
check_status 0 at desk chancery-sync
check_output out </dev/null
check_status 0 at branch chancery-sync
[ "$(git -C "$TEST_DIR/branch" rev-parse main)" = "$(git -C "$server" rev-parse main)" ] || fail 'branch is behind'
[ -z "$(git -C "$server" for-each-ref refs/acts/)" ] || fail 'acts wait in the register for ever'

# A batch, one of which the register refuses: each gets its own verdict.
link_down
for name in d2-000003 d2-000004; do
	date >"$name.txt"
	check_status 75 at desk as bob seal-apply --reason "$name" --document "$name.txt" S-0007
done
link_up
check_status 0 at desk chancery-sync -q
check_output out </dev/null
check_status 0 at branch chancery-sync
link_down
check_status 75 at branch as carol seal-approve d2-000003 d2-000004
link_up
check_status 0 as erin seal-approve d2-000003
check_status 0 at branch chancery-sync
[ "$(cut -f 3-4 out)" = "$(printf '%s\tCONFLICT\n%s\taccepted' "$path/d2-000003" "$path/d2-000004")" ] || fail "$(cat out)"

# A lost acknowledgement: sent and registered, and the sender never heard. It is registered once.
link_down
check_status 75 at branch as dave seal-approve d2-000004
link_up
git -C "$TEST_DIR/branch" push -q "$server" 'refs/acts/*:refs/acts/*' 2>/dev/null
before=$(git -C "$server" rev-parse main)
waiting branch 1
check_status 0 at branch chancery-sync
[ "$(cut -f 4 out)" = accepted ] || fail "$(cat out)"
[ "$(git -C "$server" rev-parse main)" = "$before" ] || fail 'registered twice'

# What lies in the register's queue because its hook died is woken by the next call.
link_down
date >last.txt
check_status 75 at desk as bob seal-apply --reason last --document last.txt S-0007
link_up
mv "$server/hooks" "$server/no-hooks"
check_status 75 at desk chancery-sync
check_output err <<<"chancery-sync: '$server' took what was sent and did not answer as a register does: is it one, with its hooks? see chancery-receive(8); kept here"
[ "$(cut -f 4 out)" = waits ] || fail "$(cat out)"
mv "$server/no-hooks" "$server/hooks"
check_status 0 at desk chancery-sync
[ "$(cut -f 4 out)" = accepted ] || fail "$(cat out)"
check_status 0 chancery-verify -q
check_status 0 at desk chancery-verify -q
