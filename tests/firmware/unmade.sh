#!/bin/bash
# A press that the seal lets through and that nobody makes: used for the seal, of which no receipt tells. Its user is told, gets what remains by the seal's own count, and
# can close what the register still has.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../mail.sh"

office_sim
mail_system
approved --presses 4 --copy erin
notify -q
idle() { SEAL_SIM+=(--hand none) && unlock "$@"; }
is_left() { seal-list | cut -f 1,8 | grep -qxF "$APPLICATION	nothing: $1 of 4 presses are left" || { seal-list; fail "not $1 presses left"; }; }

busy=("${SEAL_SIM[@]}")
check_status 1 idle --presses 3
check_has err 'TOO-LATE: the seal has locked after 0 of 3 presses: the press was not made, or the code not seen, in time' \
	'seal-unlock: 1 press was let through and not made; the seal counts it as used'
is_left 4

# Nobody is told of a use that was none.
used() { as erin chancery-inbox | grep ^used | cut -f 2 >told; }
check_status 1 used
notify -n >would
check_output would </dev/null

# A number that was asked for is the user's; without one it is what remains there.
SEAL_SIM=("${busy[@]}")
check_status 1 unlock --presses 4
check_has err 'TOO-MANY-PRESSES: the seal says: more presses than remain; it also counts presses that it let through and nobody made; ask for fewer with --presses'
check_status 0 unlock
check_has err 'seal-unlock: the seal has fewer presses left than the register; asking for 3' 'armed, 3 of 3 presses'
is_left 1
used
check_output told <<<'bob used S-0007: 3 presses, 3 photos: contract.txt'
notify -n >would
[ "$(grep -c 'recorded its use by Bob Li (bob): 3 presses, 3 photos\.' would)" -eq 4 ] || { cat would; fail 'not told to bob, carol, dave and erin'; }
check_status 1 unlock
check_has err "USED-UP: the seal says: every granted press is used; it also counts presses that it let through and nobody made; seal-withdraw --cap 3 $APPLICATION closes"
check_status 0 as bob seal-withdraw -q --cap 3 "$APPLICATION"
check_status 1 unlock
check_output err <<<'seal-unlock: WITHDRAWN: the remaining presses were withdrawn'
check_status 0 chancery-verify -q --seals

# Control: where each was made nothing is said of it.
approved
check_status 0 unlock
grep -q 'let through' err && fail 'tells of a press that was made'

# A period that has not begun, or is over: when, and by whose clock.
approved --not-before 2099-01-02
check_status 1 as bob seal-unlock -n "$APPLICATION"
check_has err 'NOT-YET: the period of the application has not begun: it begins 2099-01-02T00:00:00Z, and this machine'"'"'s clock says 20'
library=$(dpkg -L libfaketime | grep '/libfaketime\.so\.1$')
approved --not-after 2099-01-02
check_status 0 as bob seal-unlock -n "$APPLICATION"
ahead() { LD_PRELOAD=$library FAKETIME='@2099-03-01 00:00:00' as bob seal-unlock -n "$APPLICATION"; }
check_status 1 ahead
check_has err 'EXPIRED: the period of the application is over: it ended 2099-01-02T' "and this machine's clock says 2099-03-01T"
