#!/bin/bash
# timeout: 900
# Kills the drive, again and again, while three processes create, write, append, truncate, rename, exchange, remove, map and sync: while they do, while it
# saves, and while it recovers from the last time. Whatever had returned is there afterwards, in the state that it was left in; what was under way is there or
# is not. What had returned stands in logs of the three, which nobody kills.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

kills=50
[ "$SOAK" = 0 ] || kills=1000
phases=(writing writing saving recovering)
declare -A killed
names=(a b c)
operations=0

# pause MOST: up to so many milliseconds: where it strikes is to be chance.
pause() { sleep "$(printf '0.%03d' $((RANDOM % $1)))"; }

strike() {
	kill -9 "$DRIVE_PID" 2>/dev/null || true
	wait "$DRIVE_PID" 2>/dev/null || true
	killed[$1]=$((${killed[$1]:-0} + 1))
}
begin() { # not known to be mounted
	fusermount3 -uzq "$DRIVE" || true
	chanceryfs -f "$DRIVE" 2>"$TEST_DIR/drive.err" &
	DRIVE_PID=$!
}

# What is not temporary, with its digest.
sums() { (cd "$1" && find . -type f | grep -vE '/([^/]*\.tmp|\.[^/]*\.swp|[^/]*~)(/|$)' | sort | xargs -r -d '\n' sha256sum); }

archive
drive
mkdir "$DRIVE/files/lib"
round=0
while [ "$round" -lt "$kills" ]; do
	round=$((round + 1))
	phase=${phases[round % ${#phases[@]}]}
	loads=()
	for name in "${names[@]}"; do
		rm -rf "$DRIVE/files/lib/$name"
		mkdir "$DRIVE/files/lib/$name"
		: >"$name.log"
		load run "$DRIVE/files/lib/$name" "$PWD/$name.log" $((RANDOM * 32768 + RANDOM)) 100000 2>>errors &
		loads+=($!)
	done
	for name in "${names[@]}"; do wait_for test -s "$name.log"; done
	pause 200
	[ "$phase" != saving ] || { kill -USR1 "$DRIVE_PID"; pause 60; }
	strike "${phase/recovering/writing}"
	for load in "${loads[@]}"; do wait "$load" || fail "a load has failed: $(cat errors)"; done
	[ "$phase" != recovering ] || { begin; pause 60; strike recovering; }
	begin
	wait_for mounted_or_ended
	mountpoint -q "$DRIVE" || fail "not mounted: $(cat "$TEST_DIR/drive.err")"
	for name in "${names[@]}"; do
		load check "$DRIVE/files/lib/$name" "$name.log" kill >said || { cp "$name.log" "$TEST_DIR/lost.log"; fail "round $round, $phase: $(cat said)"; }
		operations=$((operations + $(grep -c '^E 0 ' "$name.log" || true)))
	done
	[ $((round % 10)) -ne 0 ] && [ "$round" -ne "$kills" ] && continue
	wait_for chancery-commit -q
	git -C "$CHANCERY_ARCHIVE" archive main files/lib | tar -x --one-top-level=committed
	sums "$DRIVE/files/lib" >there
	sums committed/files/lib | check_output there
	rm -rf committed
done
check_status 0 chancery-verify -q
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling
drive_end
for phase in "${!killed[@]}"; do echo "${killed[$phase]} kills while $phase"; done
echo "$operations operations had returned, and were there"
