#!/bin/bash
# A seal that rested for 500 days: the registrar's word alone does not move its time on so far; one administrator's besides does not, said twice does not; two do.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../elsewhere.sh"

office_sim
as alice people-add -q --name 'Erin He' --mail erin@example.org --role manager --role administrator erin
office_allows 'administrator seal-clock seals/*'
as alice seal-table -q --earlier 2 S-0007
approved --presses 9
check_status 0 unlock --presses 1

# Everything from here on runs 500 days later.
library=$(dpkg -L libfaketime | grep '/libfaketime\.so\.1$')
export LD_PRELOAD=$library FAKETIME=+500d
[ "$(date +%Y)" != "$(LD_PRELOAD='' date +%Y)" ] || fail 'it is still today'

closed() {
	check_status 1 unlock -n
	sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/' err >foreseen
	check_output foreseen <<<'seal-unlock: TIME-JUMP: the seal was last shown the time TIME, more than 400 days ago; two administrators must say so with seal-clock'
	check_status 1 unlock --presses 1
	check_output err <<<'seal-unlock: TIME-JUMP: the seal says: more than 400 days ahead; two administrators must say so with seal-clock'
}
closed
check_status 1 as bob seal-clock --until +7d S-0007
check_has err 'seal-clock: NOT-ALLOWED: '
check_status 1 as alice seal-clock S-0007
check_output err <<<"seal-clock: LEVEL-MISSING: no administrator has said anything about the time of 'S-0007' yet; say --until TIME"
check_status 0 as alice seal-clock --until +7d S-0007
check_output err <<<'seal-clock: another administrator has to agree: seal-clock S-0007'
closed

# Twice the same person, and with another one's word that ends too early: the earlier of the two counts.
check_status 1 as alice seal-clock S-0007
check_has err 'seal-clock: DUPLICATE: you have said '
check_status 0 as alice seal-clock --until +8d S-0007
closed
check_status 0 as erin seal-clock --until "$(LD_PRELOAD='' date -u +%F)" S-0007
closed

# Agreed, and signed elsewhere at that.
check_status 0 seal-clock --as erin --payload word S-0007
check_has out 'decides	seal-clock: Until '
sign_elsewhere erin word "LD_PRELOAD=$library FAKETIME=+500d gpg --armor --detach-sign word"
check_status 0 chancery-submit word word.asc
check_status 0 unlock -n
check_status 0 unlock --presses 2
check_status 0 unlock -n
as carol seal-withdraw -q --cap 6 "$APPLICATION"
check_status 0 unlock --presses 1
seal-show "$APPLICATION" >shown
check_has shown 'accepted; known to the seal'
seal-list >list
check_has list "$APPLICATION	S-0007	approved	bob	6	4	"
check_status 0 chancery-verify --seals
