#!/bin/bash
# Reading ahead in threads changes no verdict: on one processor, where nobody reads ahead, everything is found that is found on several.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

[ "$(nproc)" -gt 1 ] || skip 'one processor'
one=$(taskset -cp $$ | sed 's/.*: *//; s/[-,].*//')

# both STATUS: chancery-verify says the same on one processor and on all of them.
both() {
	check_status "$1" chancery-verify
	mv out all.out
	mv err all.err
	check_status "$1" taskset -c "$one" chancery-verify
	check_output out <all.out
	check_output err <all.err
}

office_seals S-0007
for n in 1 2 3 4; do
	apply bob S-0007 --presses 1 --title "Matter $n"
	as carol seal-approve -q "d1-00000$n"
done
both 0

before=$(main)
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000004
forge page -a "$(as erin forge act approve "$path" Level=2 Role=director Presses=1)" >lie
both 1
check_has err 'NO-AUTHORITY'
restore

# A signature that is not good, on an act and on a page.
act=$(as dave forge act approve "$path" Level=2 Role=director Presses=1)
git -C "$CHANCERY_ARCHIVE" cat-file commit "$act" | sed '/^gpgsig/,/^ -----END/d' >payload
signature=$(as dave gpg --quiet --armor --detach-sign -o - <(cat payload; echo))
printf '%s\n' "$signature" >payload.asc
forge page -a "$(forge commit payload payload.asc)" >lie
both 1
check_has err 'BAD-SIGNATURE'
restore
both 0
