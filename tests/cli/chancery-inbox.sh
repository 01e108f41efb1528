#!/bin/bash
# What waits for each person as an application goes its way, told once, and as it happens.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

inbox() { as "$1" chancery-inbox "${@:2}"; }
check_inbox() {
	inbox "$1" | tr '\t' '|' >shown
	check_output shown
}

office_seals S-0007
year=$(date -u +%Y)
for person in alice bob carol dave erin frank; do check_inbox "$person" </dev/null; done

# ---- to decide: whoever could, and nobody else ----
apply bob S-0007 --presses 3 --copy frank
name=S-0007.$year.$APPLICATION
for person in carol erin; do check_inbox "$person" <<<"decide.$name|decide at level 1 as manager: Desks"; done
for person in alice bob dave frank; do check_inbox "$person" </dev/null; done
check_status 0 inbox carol --text
check_output out <<END
Application: seals/S-0007/applications/$year/0/$APPLICATION
Applicant: bob
Title: Desks
Reason: a contract
Document: contract.txt
Presses: 3
Photos: 3
Copy: frank
Missing: level 1 wants 1 more 'manager'
Next: seal-show, then seal-approve, seal-transfer or seal-reject
END
as carol seal-transfer -q --to erin "$APPLICATION"
check_inbox carol </dev/null
check_inbox erin <<<"decide.$name|decide at level 1 as manager: Desks"
as erin seal-approve -q "$APPLICATION"
check_inbox erin </dev/null
check_inbox dave <<<"decide.$name|decide at level 2 as director: Desks"

# ---- decided: the applicant is told, of a rejection with its reason; a watcher at once ----
{ as bob sh -c 'echo $$ >watcher && exec chancery-inbox --watch' >watched || :; } &
apply bob S-0007
as carol seal-reject -q --reason 'no desks' "$APPLICATION"
rejected="rejected.S-0007.$year.$APPLICATION"
wait_for grep -q "^$rejected" watched
as dave seal-approve -q "${name##*.}"
wait_for grep -q "^approved" watched
kill "$(cat watcher)"
tr '\t' '|' <watched >items
check_output items <<END
$rejected|rejected by carol, who says 'no desks': Desks
approved.$name|approved: 3 presses may be done: Desks
END
check_inbox bob <items
check_inbox dave </dev/null

# ---- used: those who approved and those in copy; the grant is gone when its presses are ----
use "${name##*.}" 2 1
for person in erin dave frank; do check_inbox "$person" <<<"used.$name.1|bob used S-0007: 2 presses, 1 photo: Desks"; done
check_inbox carol </dev/null
inbox bob >waiting
check_has waiting 'approved: 1 press may be done'
use "${name##*.}" 1 1
check_inbox bob <<END
$rejected|rejected by carol, who says 'no desks': Desks
photograph.$name|1 photo is due of 3 presses: Desks
END
check_inbox frank <<END
used.$name.1|bob used S-0007: 2 presses, 1 photo: Desks
used.$name.2|bob used S-0007: 1 press, 1 photo: Desks
END
check_status 0 inbox frank --text "used.$name.2"
check_has out 'Decided: transfer carol ' 'Decided: approve erin ' 'Decided: approve dave ' 'Missing: closed: every granted press is used'
[ "$(grep -c ^Application: out)" = 1 ] || fail "more than was asked for: $(cat out)"

# ---- whose ----
check_status 0 inbox alice --as frank --json
check_has out "{\"name\":\"used.$name.1\",\"summary\":\"bob used S-0007: 2 presses, 1 photo: Desks\"}"
check_status 3 inbox alice --as zoe
check_output err <<<"chancery-inbox: there is nobody called 'zoe'; see people-list"
make_person mallory
check_status 1 inbox mallory
check_output err <<<'chancery-inbox: no secret key in your keyring belongs to anybody in this archive; an administrator admits it with people-add'
