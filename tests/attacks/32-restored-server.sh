#!/bin/bash
# A server that comes back from yesterday's backup: its clones notice, nobody follows by himself, and today's acts come back from whoever has them.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

office_seals S-0007
serve
clone desk
clone branch
admit desk d2
cp -r "$server" "$TEST_DIR/backup"
at desk chancery-sync -q

# Today: bob applies at his desk, carol and dave approve in the branch, erin at the server.
for n in 1 2; do
	date >"$n.txt"
	at desk as bob seal-apply -q --reason "letter $n" --document "$n.txt" S-0007
done
at branch chancery-sync -q
at branch as carol seal-approve -q d2-000001
as erin seal-approve -q d2-000002
at branch chancery-sync -q
at branch as dave seal-approve -q d2-000001
at desk chancery-sync -q
today=$(acts_of "$server")

# The night: yesterday's state comes back. Who comes first notices and hands back what he has, erin's approval at the server with it.
rm -rf "$server"
cp -r "$TEST_DIR/backup" "$server"
check_status 1 as erin seal-list
check_has err 'seal-list: ROLLBACK: '
check_status 1 at desk chancery-sync
check_has err 'chancery-sync: 5 acts that the register has lost are handed back' 'chancery-sync: ROLLBACK: '
[ "$(comm -23 <(echo "$today") <(acts_of "$server"))" = '' ] || fail 'acts are lost'
check_status 0 env XDG_STATE_HOME="$PWD/auditor" chancery-verify -q --expect "$(main_of "$TEST_DIR/backup")" "$server"

# Now the register has all of it, on other pages: a fork, which a person has to decide on.
for name in desk branch; do
	check_status 1 at "$name" chancery-sync
	check_has err 'chancery-sync: FORK: '
done
check_status 1 as bob seal-list
check_has err 'has been seen' # which of both it is cannot be told here: the pages that bob has seen are gone
check_status 2 at desk chancery-sync --follow "$(main_of "$server")"
check_status 1 at desk chancery-sync --follow "$(seq_of "$server"):$(git -C "$TEST_DIR/desk" rev-parse main)"
check_has err 'chancery-sync: FORK: '
for name in desk branch; do
	check_status 0 at "$name" chancery-sync --follow "$(seq_of "$server"):$(main_of "$server")"
	[ "$(main_of "$TEST_DIR/$name")" = "$(main_of "$server")" ] || fail 'not followed'
	[ "$(git -C "$TEST_DIR/$name" for-each-ref refs/acts/)" = '' ] || fail 'something waits'
	check_status 0 at "$name" chancery-sync
	check_status 0 at "$name" chancery-verify -q
done
[ "$(acts_of "$server")" = "$today" ] || fail 'not the acts of today'
seal-show d2-000001 | grep -q 'approved' || fail 'not approved any more'

# Where the register is, people follow as well.
check_status 1 as erin seal-list
check_status 0 as erin chancery-sync --follow "$(seq_of "$server"):$(main_of "$server")"
check_status 0 as erin seal-list
