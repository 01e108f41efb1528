#!/bin/bash
# timeout: 1200
# Kills what takes part in a push at random moments: the sender, git's receiver, the door, the register, or all of them at once. What was acknowledged is on
# exactly one page, whatever died; what was not is whole or absent; and whoever comes next goes on. What was acknowledged stands in a file that none of
# those who are killed can reach.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"
. "$(dirname "$0")/../killing.sh"

targets=(git git-receive-pack chancery-receive chancery-register everything)
office
pushing
kills 50

# One act for each push, of a person that nobody else describes.
person() {
	printf 'Format: 1\nName: %s\nMail: none\nRoles: employee\n' "$1" >record
	at_client as alice forge act -f person.1=record person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1
}

# of SESSION NAME: a process of it that has this name
of() { pgrep -s "$1" -x "${2::15}" | head -n 1; }

# strike SESSION TARGET: waits until it is there, lets it run for up to 15 ms (who is started for a moment; or all, once it is the register's turn) or 80, and
# kills it; says whom.
strike() {
	local session=$1 target=$2 pid='' most tries

	for ((tries = 0; tries < 2000; tries++)); do
		[ -d "/proc/$session" ] || return 0
		pid=$(of "$session" "${target/everything/chancery-register}") || true
		[ -z "$pid" ] || break
	done
	[ -n "$pid" ] || return 0
	[[ $target == git* ]] && most=80 || most=15
	sleep "$(printf '0.%03d' $((RANDOM % most)))"
	[ "$target" != everything ] || pid=$(pgrep -s "$session" | xargs) || true
	# shellcheck disable=SC2086
	killed "$target" $pid
}

# attempt COMMIT NAME TARGET: pushes it, and kills TARGET (none: nobody); an answer that came through is noted.
attempt() {
	local session

	setsid git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" "$1:refs/acts/d2/$2" 2>answer &
	session=$!
	[ "$3" = none ] || strike "$session" "$3"
	wait "$session" 2>/dev/null || true
	# Hooks of a sender that has died may still be at work: they are part of the push.
	end_of "$session"
	if grep -q '^remote: promise ' answer; then sed -n 's/^remote: \(accepted\|waiting\) \([0-9a-f]*\): .*/\2/p' answer >>acknowledged; fi
}

while more_kills; do
	target=${targets[round % ${#targets[@]}]}
	act=$(person "p$round")
	attempt "$act" "$act" "$target"
	# As a client does that got no answer: again, under another name.
	[ $((round % 3)) -ne 0 ] || attempt "$act" "again-$round" none
	[ $((round % 20)) -ne 0 ] || check_status 0 chancery-verify -q
done

# Somebody comes and goes on: nothing waits, nothing is left, and every reader finds it whole.
find "$CHANCERY_ARCHIVE/refs" "$CHANCERY_ARCHIVE/objects" -name '*.lock' -exec touch -d '1 hour ago' {} +
find "$CHANCERY_ARCHIVE/objects" -maxdepth 1 -name 'tmp_objdir-*' -exec touch -d '1 hour ago' {} +
check_status 0 chancery-register -q
[ -z "$(git -C "$CHANCERY_ARCHIVE" for-each-ref refs/acts)" ] || fail 'something still waits'
find "$CHANCERY_ARCHIVE" -name '*.lock' -o -name 'tmp_objdir-*' -o -name '*.keep' >left
check_output left </dev/null
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling >found 2>&1
grep -v '^notice' found >damage || true
check_output damage </dev/null
check_status 0 chancery-verify -v
acknowledged_once
