#!/bin/bash
# The time line: who did what and when, refused acts too, what is missing and who could do it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
digest=$(sha256sum "$TEST_DIR/contract.txt" | cut -d ' ' -f 1)
shown() { check_status 0 seal-show "$@" && sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/; s/\b[0-9a-f]{64}$/ID/' out >shown; }
apply bob S-0007 --presses 2 --copy alice

shown d1-000001
sed -i "s/ID\$/$digest/;t;" shown
grep -v ^act shown >rest
check_output rest <<END
application	d1-000001	S-0007	open	bob	0	0	Desks	$path
reason	a contract
attachment	contract.txt	13	$digest
missing	level 1 wants 1 more 'manager'
could	carol	Carol Wu	decide at level 1 as manager
could	erin	Erin He	decide at level 1 as manager
END
check_status 0 bash -c "$(example seal-show 2)"
check_output out <<END
carol
erin
END

# dave decides before it is his turn: refused, and on record.
forge register "$(as dave forge act approve "$path" Level=2 Role=director Presses=2)" >verdict
check_output verdict <<<'LEVEL-ORDER	the application is not at this level'
as carol seal-transfer -q --to erin d1-000001
as erin seal-approve -q d1-000001
as dave seal-approve -q --presses 2 "$path"
use d1-000001 2 1
as bob seal-withdraw -q --cap 2 d1-000001
seal-list | cut -f 9 | seal-show | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/; s/\b[0-9a-f]{64}$/ID/' >shown
grep -v -e ^reason -e ^attachment shown >rest
check_output rest <<END
application	d1-000001	S-0007	approved	bob	2	2	Desks	$path
act	TIME	bob	apply	Presses 2, Photos 2, Copy alice	accepted	ID
act	TIME	dave	approve	Level 2, Role director, Presses 2	refused: LEVEL-ORDER	ID
act	TIME	carol	transfer	Level 1, Role manager, To erin	accepted	ID
act	TIME	erin	approve	Level 1, Role manager, Presses 2	accepted	ID
act	TIME	dave	approve	Level 2, Role director, Presses 2	accepted	ID
act	TIME	registrar	seal-state	Cap 2, Status approved	accepted	ID
act	TIME	bob	seal-session	Presses 2, Position 31.2304,121.4737, Photo-Mode automatic	accepted	ID
act	TIME	d1	seal-record	First-Counter 1, Last-Counter 4	accepted	ID
receipt	TIME	trusted	seal-0007	1	arm	none
receipt	TIME	trusted	seal-0007	2	press	yes
receipt	TIME	trusted	seal-0007	3	photo	ID
receipt	TIME	trusted	seal-0007	4	press	no
act	TIME	bob	withdraw	Cap 2	accepted; not yet known to the seal	ID
missing	closed: every granted press is used
could	bob	Bob Li	photograph: 1 photo is due
END
check_status 0 bash -c "$(example seal-show 1)"

# An application whose time has not come says so.
apply bob S-0007 --not-before +10d
as carol seal-approve -q d1-000002
as dave seal-approve -q d1-000002
shown d1-000002
grep -e ^missing -e ^could shown >rest
check_output rest <<END
missing	nothing: 1 of 1 presses are left
missing	the period of the application has not begun
could	bob	Bob Li	approved: 1 press may be done
END
check_status 0 seal-show --json d1-000002
grep '"could"' out >could
check_output could <<<'{"record":"could","person":"bob","name":"Bob Li","what":"approved: 1 press may be done"}'

check_status 1 seal-show d1-000003
check_output err <<<"seal-show: no application 'd1-000003'; seal-list shows them all"
