# Tests that kill at random; sourced after lib.sh. What was acknowledged stands in the file `acknowledged`, an act on a line, which none of those who are killed can
# reach; in `phases` stands who was killed, and how much had been acknowledged by then.
#
#	kills N             N of them in each check, 500 in a soak: $kills
#	more_kills          whether there are to be more; fails when four times as many rounds do not bring them. Counts $round
#	killed TARGET PID...    kills, and notes it when anybody was there
#	aiming              writes the program `aimed`, which stands in front of another: ./aimed PROGRAM ARGUMENT...; it dies where aim says
#	aim TARGET PROGRAM...   of those, which are run with ./aimed, TARGET is to die, `everything` all of them, before one of the calls that it makes, any of them
#	struck              no more; notes it when it died, or how many calls it makes
#	end_of SESSION      waits until nobody of it is left
#	acknowledged_once   of the acts that `chancery-verify -v` has printed to `out`: each acknowledged one is among them, once. Then says who was killed
# shellcheck shell=bash

export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 # who is killed while it looks for leaks has looked in vain, and would say so

kills() {
	kills=$1
	[ "$SOAK" = 0 ] || kills=500
	round=0
	: >acknowledged
	: >phases
}

more_kills() {
	[ "$(wc -l <phases)" -lt "$kills" ] || return 1
	round=$((round + 1))
	[ "$round" -lt $((kills * 4)) ] || fail "only $(wc -l <phases) kills in $round rounds"
}

killed() {
	kill -9 "${@:2}" 2>/dev/null && echo "$1 $(sort -u acknowledged | wc -l)" >>phases
	return 0
}

aiming() {
	declare -gA calls
	export AIMED='' AIMED_HOW='' AIMED_AT=0 AIMED_LOG=$PWD/aimed.log
	cat >aimed <<-'END'
		#!/bin/bash
		[ "${1##*/}" != "$AIMED" ] || exec die-at -l "$AIMED_LOG" $AIMED_HOW "$AIMED_AT" "$@"
		exec "$@"
	END
	chmod +x aimed
}

# Who was not seen yet comes to his end, and says then how many calls that took.
aim() {
	target=$1
	AIMED=$1 AIMED_HOW=''
	shift
	[ "$target" != everything ] || AIMED_HOW=-g
	[ "$target" != everything ] || AIMED=${*:1 + RANDOM % $#:1}
	AIMED_AT=$((1 + RANDOM % ${calls[$AIMED]:-1}))
	[ -n "${calls[$AIMED]:-}" ] || AIMED_AT=1000000000
	rm -f "$AIMED_LOG"
}

struck() {
	local what='' count=0

	[ ! -e "$AIMED_LOG" ] || read -r what count <"$AIMED_LOG"
	[ "$what" != ended ] || calls[$AIMED]=$count
	[ "$what" != died ] || echo "$target $(sort -u acknowledged | wc -l)" >>phases
	AIMED=''
}

nobody_left() { [ -z "$(pgrep -s "$1")" ]; }
end_of() { wait_for nobody_left "$1"; }

acknowledged_once() {
	cut -f 2 out | sort >registered
	uniq -d registered >twice
	check_output twice </dev/null
	sort -u acknowledged | comm -23 - registered >lost
	check_output lost </dev/null
	[ -s acknowledged ] || fail 'nothing was ever acknowledged'
	awk '{ kills[$1]++; before[$1] = before[$1] " " $2 } END { for (target in kills) print target ": " kills[target] " kills; acknowledged before each:" before[target] }' phases
	echo "$(sort -u acknowledged | wc -l) acknowledged in $round rounds, $(wc -l <registered) registered"
}
