#!/bin/bash
# timeout: 900
# A loss of power while four push at once: what was not synced is gone, all of it or any part, from packs, from references, from what git had stored of it. Each
# act that was acknowledged is on a page afterwards, its promise is there, and whoever comes next goes on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"
. "$(dirname "$0")/../killing.sh"

losses=9
[ "$SOAK" = 0 ] || losses=200
clients=(d2 d3 d4 d5)
office
pushing
gcc -shared -fPIC -o disk.so "$SRC/tests/helpers/preload/disk.c" -ldl
printf '#!/bin/sh\nDISK_ROOT=%s DISK_UNDO=%s LD_PRELOAD=%s exec "$@"\n' "$CHANCERY_ARCHIVE" "$TEST_DIR/undo" "$PWD/disk.so" >fragile
chmod +x fragile
: >acknowledged

person() {
	printf 'Format: 1\nName: %s\nMail: none\nRoles: employee\n' "$1" >record
	at_client as alice forge act -f person.1=record person "people/$(printf %s "$1" | sha256sum | cut -c 1-2)/$1" Version=1
}
answered() { [ "$(cat answer.* 2>/dev/null | grep -c '^remote: promise ')" -ge "$1" ]; }
size() { stat -c %s "$TEST_DIR/undo/log" 2>/dev/null || echo 0; }
# moment: as soon as some have their answer, or so much has been written, all of which is chance
moment() {
	local much=$(((RANDOM * 32768 + RANDOM) % most))

	[ $((round % 2)) -eq 0 ] || { wait_for answered $((round % ${#clients[@]})); return; }
	while [ "$(size)" -lt "$much" ] && [ -d "/proc/${sessions[0]}" ]; do :; done
}
# ended SESSION...: nobody of them is left
ended() { local session; for session; do nobody_left "$session" || return 1; done; }

lost=0 most=1
for round in $(seq "$losses"); do
	rm -rf "$TEST_DIR/undo" answer.*
	mkdir "$TEST_DIR/undo"
	acts=() sessions=()
	for client in "${clients[@]}"; do acts+=("$(person "p$round-$client")"); done
	for i in "${!clients[@]}"; do
		setsid git -C "$CLIENT" push --quiet --receive-pack="$PWD/fragile git-receive-pack" "$CHANCERY_ARCHIVE" "${acts[i]}:refs/acts/${clients[i]}/${acts[i]}" \
			2>"answer.${clients[i]}" &
		sessions+=($!)
	done
	moment
	pkill -9 -s "$(IFS=,; echo "${sessions[*]}")" || [ $? -eq 1 ] # all have ended
	wait 2>>errors
	wait_for ended "${sessions[@]}"
	[ "$(size)" -le "$most" ] || most=$(size)
	cat answer.* | sed -n 's/^remote: promise \(refs[^ ]*\) .*/\1/p' >promised
	for client in "${clients[@]}"; do
		if grep -q '^remote: promise ' "answer.$client"; then sed -n 's/^remote: accepted \([0-9a-f]*\): .*/\1/p' "answer.$client" >>acknowledged; fi
	done
	power-loss "$CHANCERY_ARCHIVE" "$TEST_DIR/undo" "$round" 2>>errors | tee said | sed "s/^/round $round: $(wc -l <promised) promised, lost /"
	grep -q '^0 bytes, 0 names' said || lost=$((lost + 1))
	chancery-register -q 2>said || [ $? -eq 1 ] || fail "$(cat said)" # what has lost its objects is dropped
	[ -z "$(git -C "$CHANCERY_ARCHIVE" for-each-ref refs/acts)" ] || fail 'something still waits'
	while read -r reference; do
		git -C "$CHANCERY_ARCHIVE" show "$reference" >promise
		check_status 0 chancery-verify -q --promise promise
	done <promised
	check_status 0 push "$(person "o$round")"
	check_has err 'remote: accepted'
	git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling >said 2>&1 || fail "round $round: $(cat said)"
done
[ "$lost" -gt 0 ] || fail 'nothing was ever lost'
check_status 0 chancery-verify -v
cut -f 2 out | sort >registered
sort -u acknowledged | comm -23 - registered >missing
check_output missing </dev/null
[ -s acknowledged ] || fail 'nothing was ever acknowledged'
echo "$(wc -l <acknowledged) acknowledged before $lost losses"
