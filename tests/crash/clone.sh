#!/bin/bash
# timeout: 1200
# Kills whoever works in a clone at random moments: the tool that signs, the one that synchronises, the git under it, or all at once with what the push has
# started at the register. What a tool acknowledged, registered (0) or kept (75), is on exactly one page in the end; the list of it stands in a file that
# none of those who are killed can reach.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../killing.sh"

targets=(tool git everything)
office
serve
clone desk
alice=$TEST_DIR/people/alice
kills 24

# strike SESSION TARGET: lets it run for up to 250 ms, git, once it is there, for up to 15, and kills.
strike() {
	local session=$1 pid='' most=250

	while [ "$2" = git ] && [ -z "$pid" ] && [ -d "/proc/$session" ]; do
		pid=$(pgrep -s "$session" -x git | head -n 1) || true
		most=15
	done
	sleep "$(printf '0.%03d' $((RANDOM % most)))"
	case $2 in
	tool) pid=$session ;;
	everything) pid=$(pgrep -s "$session" | xargs) || true ;;
	esac
	# shellcheck disable=SC2086
	killed "$2" $pid
}

# attempt TARGET command...: what it prints and ends well with, or with 75, is acknowledged.
attempt() {
	local target=$1 session status=0
	shift

	CHANCERY_ARCHIVE=$TEST_DIR/desk HOME=$alice GNUPGHOME=$alice/.gnupg setsid "$@" >said 2>>errors &
	session=$!
	[ "$target" = none ] || strike "$session" "$target"
	wait "$session" 2>/dev/null || status=$?
	end_of "$session"
	[ "$status" -ne 0 ] && [ "$status" -ne 75 ] || grep -o '^[0-9a-f]\{64\}' said >>acknowledged || true
}

policy() { sed "/^Allow: administrator policy/i Allow: auditor$1 policy policy" "$TEST_DIR/policy" >rules; }

while more_kills; do
	target=${targets[round % ${#targets[@]}]}
	policy "$round"
	case $((round % 4)) in
	0) attempt none policy-set rules ;;
	1) attempt "$target" chancery-sync -q ;;
	*) attempt "$target" policy-set rules ;;
	esac
	[ $((round % 20)) -ne 0 ] || check_status 0 at desk chancery-verify -q
done

# Somebody comes and goes on: nothing waits, nothing is left.
chancery-register -q
check_status 0 at desk chancery-sync -q
[ -z "$(git -C "$TEST_DIR/desk" for-each-ref refs/acts)" ] || fail 'something still waits'
[ "$(git -C "$TEST_DIR/desk" rev-parse main)" = "$(git -C "$server" rev-parse main)" ] || fail 'the clone is behind'
find "$TEST_DIR/desk/refs" -name '*.lock' >left
check_output left </dev/null
check_status 0 at desk chancery-verify -v
acknowledged_once
