#!/bin/bash
# Away from the office with a clone: the register answers a session when it can be reached; when it cannot, what was fetched before opens the seal for as long
# as the application allows, and session and record follow later. What was withdrawn meanwhile is found, and said.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../clones.sh"

office_sim
serve
approved --presses 5 --fresh 3600
online=$APPLICATION
approved --presses 9
strict=$APPLICATION
clone home
at home as bob chancery-sync -q

# With a network, though the application demands the register's word of this very moment.
check_status 0 at home unlock --presses 1
git -C "$server" log --no-merges --format=%s -4 main >acts
sed -E 's/ [^ ]+$//' acts | sort >kinds
check_has kinds 'registrar reports on' 'bob unlocks for' 'bob records use of'
seal-list >list
check_has list "$strict	S-0007	approved	bob	9	1	"

# Reports made beforehand are there when the decision is, and anew beside any other of the seal; none where they would be of no use.
reports() { git -C "$server" log --no-merges --format=%s main -- "seals/S-0007/applications/*/$1/*" | grep -c 'registrar reports on' || true; }
[ "$(reports "$online") $(reports "$strict")" = '2 1' ] || fail "$(reports "$online") and $(reports "$strict") reports"
check_status 0 chancery-register -A "$server" --report
check_output err <<<'chancery-register: 0 applications reported on for seals'

# No network. One cable for all that follows: the seal knows the time from the session with a network.
cat >away <<END
set -e
APPLICATION=$strict
seal-unlock --presses 1 $strict >out.0 2>err.0
mv $server $server.away
status=0; seal-unlock --presses 1 $strict >out.1 2>err.1 || status=\$?; echo \$status >status.1
status=0; seal-unlock --presses 2 $online >out.2 2>err.2 || status=\$?; echo \$status >status.2
status=0; seal-unlock --presses 1 $online >out.3 2>err.3 || status=\$?; echo \$status >status.3
mv $server.away $server
END
check_status 0 at home plug seal bob bash away
[ "$(cat status.1)" = 1 ] || { cat err.1; fail 'opened without the word of the register'; }
check_has err.1 'STALE-STATE'
[ "$(cat status.2)" = 75 ] || { cat err.2; fail 'did not open'; }
check_has err.2 'going on with what was fetched before' 'seal-unlock: done; session and record are kept here, chancery-sync sends them'
[ "$(cat status.3)" = 75 ] || { cat err.3; fail 'did not open a second time'; }
[ -z "$(ls "$TEST_DIR/home/chancery/spool")" ] || fail 'the spool is not empty'
at home seal-list >list
check_has list "$online	S-0007	approved	bob	5	3	"
seal-list >list
check_has list "$online	S-0007	approved	bob	5	0	"

# Meanwhile carol has withdrawn what was left: the sessions are refused, and what the seal did in them is on record all the same, and named.
as carol seal-withdraw -q --cap 0 "$online"
check_status 0 at home as bob chancery-sync
cut -f 2,4 out | sort >settled
check_output settled <<END
seal-record	accepted
seal-record	accepted
seal-session	WITHDRAWN
seal-session	WITHDRAWN
seal-session	accepted
END
seal-list >list
check_has list "$online	S-0007	approved	bob	0	3	"
seal-show "$online" >shown
check_has shown 'refused: WITHDRAWN' 'seal-record'
check_status 0 chancery-verify -q -A "$server"
rm -rf "$XDG_STATE_HOME/chancery"
check_status 0 chancery-verify -q -A "$server"
chancery-export -o case.tar "$online"
check_status 0 chancery-verify -q case.tar

check_status 3 chancery-verify --seals -A "$server"
grep -c "^press	.*	$online	its session was refused: WITHDRAWN\$" out >uncovered
check_output uncovered <<<3

# The seal comes back to the office and goes on.
APPLICATION=$strict
check_status 0 unlock --presses 1

# Where there is no network it opens nothing, without the word of the register; that session and the next one reach the register together, and the seal is shown the answer to its own.
at home as bob chancery-sync -q
mv "$server" "$server.away"
check_status 1 at home unlock --presses 1
check_has err 'STALE-STATE: the seal says: '
mv "$server.away" "$server"
check_status 0 at home unlock --presses 1
