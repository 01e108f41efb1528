#!/bin/bash
# Two people share a seal, each with a laptop. What the first did with it where there was no network is still in the outbox when the second opens it, whose laptop brings in
# what the seal has: without the photos, as that is asked for. They come when the first is back.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../clones.sh"

office_sim
approved --presses 5 --fresh 3600
serve
clone first
clone second
admit first d2
admit second d3
at first as bob chancery-sync -q
cat >trip <<END
seal-unlock -q --presses 1 $APPLICATION && mv $server $server.away
seal-unlock -q --presses 2 $APPLICATION
mv $server.away $server
END
check_status 0 at first plug seal bob bash trip
at second as bob chancery-sync -q
check_status 75 at second unlock --presses 1
check_has err 'run seal-unlock on the machine it was taken with, or with --photos-lost when nobody has it any more'
check_status 0 at second unlock -q --presses 1 --photos-lost
check_status 3 chancery-verify --seals -A "$server"
lacking() { awk -F '\t' '$1 == "press" { print $4 }' "$1"; }
lacking out >presses
[ "$(wc -l <presses)" -eq 2 ] || { cat out; fail 'not two presses without a photo'; }

# His record is refused by now. Its photos are not forgotten, and the commands that bring them are those that are printed.
check_status 0 at first as bob chancery-sync
check_has out '	seal-record	' '	CONFLICT	begins with receipt '
grep '^  seal-photo ' err >commands
sed -n 's/^  seal-photo --press \([0-9]*\) .*/\1/p' commands | check_output presses
check_status 0 at first as bob chancery-sync
grep '^  seal-photo ' err | check_output commands
check_status 0 at first as bob chancery-sync -q
check_output err </dev/null
check_status 0 at first as bob bash -e commands
check_status 0 at first as bob chancery-sync
check_output err </dev/null
[ -z "$(ls "$TEST_DIR/first/chancery/spool")" ] || fail 'the spool is not empty'
check_status 0 chancery-verify --seals -A "$server"
seal-log -A "$server" | cut -f 8 | sort | uniq -c >photos
check_output photos <<END
      2 later
      2 yes
END
refused=$(at first chancery-status | sed -n 's/^refused	\([0-9a-f]*\) .*/\1/p')
check_status 0 at first as bob chancery-sync --forget "$refused"
check_status 0 at first as bob chancery-sync
check_output err </dev/null
