#!/bin/bash
# timeout: 1200
# Kills what takes part in a push: the sender, git's receiver, the door, the register, or all of them at once, each as often as the others, and before any of its
# system calls that change something. What was acknowledged is on exactly one page, whatever died; what was not is whole or absent; and whoever comes next goes
# on: also the one who pushes at the same time. What was acknowledged stands in a file that none of those who are killed can reach.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"
. "$(dirname "$0")/../killing.sh"

targets=(git git-receive-pack chancery-receive chancery-register everything)
programs=(git git-receive-pack chancery-receive chancery-register)
office
pushing
sed -i "s|^exec |exec $PWD/aimed |" "$CHANCERY_ARCHIVE"/hooks/*
kills 50
aiming

# One act for each push, of a person that nobody else describes.
person() {
	printf 'Format: 1\nName: %s\nMail: none\nRoles: employee\n' "$1" >record
	at_client as alice forge act -f person.1=record person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1
}

# send CLIENT COMMIT NAME: an answer that comes through is noted, when all who take part in the push have ended.
send() {
	local session

	setsid ./aimed git -C "$CLIENT" push --quiet --receive-pack="$PWD/aimed git-receive-pack" "$CHANCERY_ARCHIVE" "$2:refs/acts/$1/$3" 2>"answer.$1" &
	session=$!
	wait "$session" 2>/dev/null || true
	# Hooks of a sender that has died may still be at work: they are part of the push.
	end_of "$session"
	if grep -q '^remote: promise ' "answer.$1"; then sed -n 's/^remote: \(accepted\|waiting\) \([0-9a-f]*\): .*/\2/p' "answer.$1" >>acknowledged; fi
}

while more_kills; do
	target=${targets[round % ${#targets[@]}]}
	act=$(person "p$round")
	other=$(person "o$round")
	# Somebody pushes at the same time, and nobody kills him.
	[ $((round % 3)) -ne 1 ] || send d3 "$other" "$other" &
	aim "$target" "${programs[@]}"
	send d2 "$act" "$act"
	struck
	wait
	# As a client does that got no answer: again, under another name.
	[ $((round % 3)) -ne 0 ] || send d2 "$act" "again-$round"
	[ $((round % 20)) -ne 0 ] || check_status 0 chancery-verify -q
done

# Somebody comes and goes on: nothing waits, nothing is left, and every reader finds it whole.
find "$CHANCERY_ARCHIVE/refs" "$CHANCERY_ARCHIVE/objects" '(' -name '*.lock' -o -name '*.keep' ')' -exec touch -d '1 hour ago' {} +
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
