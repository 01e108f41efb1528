#!/bin/bash
# The machine that opened the seal is lost, or its spool is: what was pressed comes home from the seal, on any machine, into the record of the session that it was done in,
# also when the register has never heard of that session.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../clones.sh"

# killed_behind TEXT [SPOOL]: a camera that kills seal-unlock when that is in a receipt in the spool, and looks at nothing before it knows: the next press follows a look.
killed_behind() {
	cat >"$TEST_DIR/fatal-camera" <<-END
		#!/bin/sh
		! grep -qs '$1' ${2:-$CHANCERY_ARCHIVE/chancery/spool}/*/*.receipt || kill -9 \$PPID
		camera $TEST_DIR/seal.pgm
	END
	chmod +x "$TEST_DIR/fatal-camera"
	echo "exec $TEST_DIR/fatal-camera"
}
used() { seal-list | grep "^$1" | cut -f 6; }
sessions() { git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%B main -- "*/$1/*" | sed -n 's/^Session: //p'; }

office_sim
approved --presses 9
first=$APPLICATION

# Two sessions are cut short, and each time the spool is gone. The next visit records what there is under its own session.
for _ in 1 2; do check_status 137 unlock --presses 2 --photo-mode manual --camera "$(killed_behind 'Kind: press')"; rm -r "$CHANCERY_ARCHIVE"/chancery/spool/*; done
[ "$(used "$first")" -eq 1 ] || fail 'the second visit has not brought in what the first one did'
check_status 0 unlock --presses 1 --photo-mode manual
check_has err 'seal-unlock: the seal has receipts of 1 session whose spool is gone; they are brought in'
[ "$(used "$first")" -eq 3 ] || fail "$(used "$first") of 3 presses"
[ "$(sessions "$first" | sort -u | wc -l)" -eq 3 ] || fail "$(sessions "$first")"
check_status 0 chancery-verify -q

# Photos were with the spool. Nothing opens before somebody has said that nobody has them; then their presses are named, until seal-photo says why.
check_status 137 unlock --presses 2 --camera "$(killed_behind 'Kind: photo')"
mkdir "$TEST_DIR/stolen"
mv "$CHANCERY_ARCHIVE"/chancery/spool/* "$TEST_DIR/stolen/"
check_status 75 unlock --presses 1
check_has err 'is not here: run seal-unlock on the machine it was taken with, or with --photos-lost when nobody has it any more'
[ "$(used "$first")" -eq 3 ] || fail 'opened'
check_status 0 unlock --presses 1 --photos-lost
[ "$(used "$first")" -eq 5 ] || fail "$(used "$first") of 5 presses"
check_status 0 chancery-verify -q
rm -rf "$XDG_STATE_HOME/chancery" "$TEST_DIR"/people/*/.cache/chancery
check_status 0 chancery-verify -q --full
seal-log | awk -F '\t' -v a="$first" '$6 == a { print $NF }' | sort | uniq -c >photos
check_output photos <<<"      4 no
      1 yes"
check_status 3 chancery-verify --seals
lost=$(sed -n 's/^press	[^	]*	[^	]*	\([0-9]*\)	.*/\1/p' out | head -n 1)
[ -n "$lost" ] || { cat out; fail 'no press without a photo is named'; }
chancery-export -o case.tar "$first"
check_status 0 chancery-verify -q case.tar

# Somebody has them after all: nothing throws them away, and who to bring them is said until they are on record.
mv "$TEST_DIR"/stolen/* "$CHANCERY_ARCHIVE/chancery/spool/"
photo=$(echo "$CHANCERY_ARCHIVE"/chancery/spool/*/*.jpg)
lost=$(basename "$photo" .jpg)
cp "$photo" kept.jpg
check_status 0 as bob chancery-sync
check_output err <<-END
	chancery-sync: the photo of press $lost is not on record, since what the seal reported of it came from elsewhere; bring it with
	  seal-photo --press $lost $first $photo
END
check_status 0 unlock --presses 1 --photo-mode manual
check_has err "  seal-photo --press $lost $first $photo"
[ "$(grep -c '^[0-9a-f]\{64\}	' out)" -eq 3 ] || { cat out; fail 'registers more than its own report, session and record'; }
cmp "$photo" kept.jpg
check_status 0 as bob seal-photo --press "$lost" "$first" "$photo"
check_status 0 as bob chancery-sync
check_output err </dev/null
[ -z "$(ls "$CHANCERY_ARCHIVE/chancery/spool")" ] || fail 'the spool is not empty'
check_status 1 as bob seal-photo --press "$lost" "$first" kept.jpg
seal-log | awk -F '\t' -v press="$lost" '$4 == press { print $NF }' >photos
check_output photos <<<later

# A laptop that was away from the office, and drowned with its outbox: the register learns from the seal what its owner had signed.
approved --presses 5 --fresh 3600
away=$APPLICATION
serve
clone laptop
at laptop as bob chancery-sync -q
cat >trip <<END
set -e
seal-unlock --presses 1 $away >out.1 2>err.1
mv $server $server.away
seal-unlock --photo-mode manual --presses 2 $away >out.2 2>err.2 || [ \$? = 75 ]
mv $server.away $server
END
check_status 0 at laptop plug seal bob bash trip
rm -rf "$TEST_DIR/laptop"
[ "$(used "$away")" -eq 1 ] || fail "$(used "$away") presses of the session with a network"
clone desk
check_status 0 at desk unlock --presses 1 --photo-mode manual
[ "$(used "$away")" -eq 4 ] || fail "$(used "$away") of 4 presses"
[ "$(sessions "$away" | sort -u | wc -l)" -eq 3 ] || fail "$(sessions "$away")"
git -C "$server" log --no-merges --format=%s main -- "*/$away/*" | grep -c 'bob unlocks for' >unlocked
check_output unlocked <<<3
check_status 0 chancery-verify -q -A "$server"
