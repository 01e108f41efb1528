#!/bin/bash
# The cable is pulled, the camera dies, the disk fills up, the network goes: each in every phase of an unlocking, at the very request that the phase begins with. Whatever
# happened, the seal is locked, every press that its stamp has made is on record afterwards, once, and with the photo that was kept of it. Beside them a run to which
# nothing happens. The seal is at the end of a stream; what a cable does that is pulled out of USB is in cable.sh. With SOAK every phase with every incident, else each phase and each incident once.
# timeout: 900
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../clones.sh"

office_sim
sed -i 's/^\(Level: .*\) 20$/\1 1000/' "$TEST_DIR/policy"
as alice policy-set -q "$TEST_DIR/policy"
as alice seal-table -q --earlier 1 S-0007
approved --presses 1000 --fresh 3600
serve
clone laptop
archive=$TEST_DIR/laptop
key=$archive/chancery/keys/device.asc
[ -e "$key" ] || fail 'the clone has no key'
admit laptop d2
at laptop as bob chancery-sync -q
spool=$archive/chancery/spool
small=
if [ "$(id -u)" -eq 0 ]; then
	small=yes
	mount -t tmpfs -o size=40m none "$spool"
	trap 'umount "$spool"' EXIT
fi

cat >"$TEST_DIR/stream" <<-END
	#!/bin/sh
	[ ! -e $TEST_DIR/dead ] || exit 7
	exec camera $TEST_DIR/seal.pgm
END
chmod +x "$TEST_DIR/stream"

# open WHAT...: bob unlocks with his laptop for two presses, and this happens.
open() {
	SEAL_SIM=(--deadline-ms "${DEADLINE:-60000}" --trace "$TEST_DIR/trace.$run" --socket "$TEST_DIR/seal.socket" "$@")
	CHANCERY_SEAL=unix:$TEST_DIR/seal.socket at laptop unlock --presses 2 --camera "exec $TEST_DIR/stream"
}
stamped() { cat "$TEST_DIR"/trace.* | grep -c ' stamp 1$' || true; }
recorded() { seal-list | grep "^$APPLICATION" | cut -f 6; }

# What is undone before the seal is visited again.
repair() {
	rm -f "$TEST_DIR/dead" "$spool/filler"
	[ ! -d "$server.away" ] || mv "$server.away" "$server"
}

# happen PHASE TYPE[:N] INCIDENT
happen() {
	local phase=$1 at=$2 incident=$3 what=$3 status=0
	run=$((run + 1))
	DEADLINE=60000
	case $incident in
	camera) what="touch $TEST_DIR/dead" DEADLINE=2000 ;;
	disk) what="head -c 60M /dev/zero >$spool/filler 2>/dev/null; true" ;;
	network) what="mv $server $server.away" ;;
	esac
	open --at "$at=$what" >"$TEST_DIR/out.$run" 2>"$TEST_DIR/err.$run" || status=$?
	repair
	ended+="$phase	$incident	$status"$'\n'
	[ "$status" -eq 0 ] || [ "$status" -eq 1 ] || [ "$status" -eq 74 ] || [ "$status" -eq 75 ] || { cat "$TEST_DIR/err.$run"; fail "$phase, $incident: exit status $status"; }
	[ "$(tail -n 1 "$TEST_DIR/err.$run" | wc -c)" -gt 20 ] || [ "$status" -eq 0 ] || fail "$phase, $incident: says nothing"
	grep -E ' coil [01]$' "$TEST_DIR/trace.$run" | tail -n 1 | grep -q 'coil 1$' && fail "$phase, $incident: the coil is energised at the end"
	kept=$((kept + $(find "$spool" -name '*.jpg' | wc -l)))

	# The next visit brings home what there is, to which nothing happens.
	run=$((run + 1))
	DEADLINE=60000
	open >"$TEST_DIR/out.$run" 2>"$TEST_DIR/err.$run" || { cat "$TEST_DIR/err.$run"; fail "$phase, $incident: does not open afterwards"; }
	[ -z "$(ls "$spool")" ] || fail "$phase, $incident: the spool is not empty"
	[ "$(recorded)" -eq "$(stamped)" ] || fail "$phase, $incident: $(stamped) presses made, $(recorded) recorded"
}

run=0 kept=0 ended=
open >out 2>err || { cat err; fail 'does not open when nothing happens'; }
[ "$(recorded) $(stamped)" = '2 2' ] || fail "$(recorded) of $(stamped) presses recorded"

# Each phase by the request it begins with (wire/frame.h); what is asked for after a press: its receipt.
phases=('before the session:05' 'while it is shown:06' 'before arming:07' 'armed:08' 'at the press:09' 'between press and photo:0c:4' 'between photo and receipt:0d'
	'while the rest is fetched:0b')
incidents=(lost unanswered camera network ${small:+disk})
i=0
for phase in "${phases[@]}"; do
	for incident in "${incidents[@]}"; do
		i=$((i + 1))
		[ "$SOAK" = 1 ] || [ $((i % 5)) -eq $(((i / 5 + 1) % 5)) ] || continue
		happen "${phase%%:*}" "${phase#*:}" "$incident"
	done
done
printf '%s' "$ended"
photos=$(at laptop as bob seal-log | grep -c '	yes$' || true)
echo "$((run / 2)) incidents, $(stamped) presses made and recorded, $photos with a photo"
[ "$photos" -ge "$kept" ] || fail "$kept photos were kept, $photos are recorded"
grep -q '	\(1\|74\|75\)$' <<<"$ended" || fail 'nothing has ever ended badly: no incident has happened'
check_status 0 chancery-verify -q -A "$server"
