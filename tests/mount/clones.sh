#!/bin/bash
# timeout: 300
# A drive in a clone: what is saved while the register cannot be reached is signed and kept, and united by it with what others have saved meanwhile.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../clones.sh"

archive
serve
echo known >known
save-file files/lib/known known
clone desk
export CHANCERY_ARCHIVE=$TEST_DIR/desk

# waiting N: so many saves are in the outbox.
waiting() { [ "$(chancery-sync -n | awk -F "\t" '$2 == "save"' | wc -l)" = "$1" ] || fail "$(chancery-sync -n)"; }
main_is() { git -C "$server" ls-tree -r --name-only main files/ | sed 's,^files/lib/,,' >names && check_output names; }

# Not without a device that has been admitted.
drive -o commit=3600
[ "$(cat "$DRIVE/files/lib/known")" = known ] || fail 'a clone shows what the register has'
echo early >"$DRIVE/files/lib/early"
check_status 1 chancery-commit
check_has err "this device's key has not been admitted"
check_status 0 chancery-sync
check_output err <<<"chancery-sync: 2 changes on the drive are not saved yet, and not sent; when it was last tried: UNKNOWN-KEY: this device's key has not been admitted to the archive; chancery-commit saves and sends them"
admit desk d2
check_status 0 chancery-sync
check_status 0 chancery-commit
grep -qP '^[0-9a-f]{64}\tfiles/lib$' out || fail "$(cat out)"
main_is <<<$'early\nknown'

# What another program has saved here waits, too, and is sent.
save-file files/lib/past known
waiting 1
check_status 0 chancery-sync
main_is <<<$'early\nknown\npast'
CHANCERY_ARCHIVE=$server save-file files/lib/past

# What has come is on the drive when chancery-sync ends: it waits for one that is slow.
asks_or_ended() { ! kill -0 "$1" || grep -qE 'request_wait_answer|fuse' "/proc/$1/task/"*/wchan; }
for n in 1 2 3; do
	echo "$n" >news
	CHANCERY_ARCHIVE=$server save-file "files/lib/news$n" news
	chancery-sync -q
	cmp news "$DRIVE/files/lib/news$n"
	CHANCERY_ARCHIVE=$server save-file "files/lib/news$n"
done
CHANCERY_ARCHIVE=$server save-file files/lib/news news
kill -STOP "$DRIVE_PID"
chancery-sync -q &
syncer=$!
wait_for asks_or_ended $syncer
kill -0 $syncer || fail 'it has not waited'
kill -CONT "$DRIVE_PID"
wait $syncer
cmp news "$DRIVE/files/lib/news"
echo further >further
CHANCERY_ARCHIVE=$server save-file files/lib/news further
kill -STOP "$DRIVE_PID"
check_status 0 chancery-sync
check_has err "chancery-sync: the drive on '$DRIVE' is busy, and will show later what has come"
kill -CONT "$DRIVE_PID"
wait_for cmp -s further "$DRIVE/files/lib/news"
shows_main() { [ "$(getfattr --absolute-names --only-values -n user.chancery.page "$DRIVE")" = "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" ]; }
wait_for shows_main
CHANCERY_ARCHIVE=$server save-file files/lib/news
check_status 0 chancery-sync

# The link is down: one save of a space is under way, what comes later stays in the journal. The other office has changed the same file.
link_down
echo ours >"$DRIVE/files/lib/known"
rm "$DRIVE/files/lib/early"
check_status 75 chancery-commit
check_has err 'kept here, will be sent by chancery-sync'
waiting 1
state() { getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/lib/$1"; }
[ "$(state known)" = waiting ] || fail "$(state known)"
echo later >"$DRIVE/files/lib/later"
[ "$(state later)" = journalled ] || fail "$(state later)"
mkdir "$DRIVE/files/lib/empty"
check_status 75 chancery-commit
waiting 1
echo theirs >theirs
CHANCERY_ARCHIVE=$server.away save-file files/lib/known theirs
CHANCERY_ARCHIVE=$server.away save-file files/lib/new theirs
page=$(git -C "$server.away" log -1 --format=%s main | sed 's/.* //')

# Killed meanwhile: the one under way is not signed again.
drive_kill
drive -o commit=3600
[ "$(cat "$DRIVE/files/lib/known" "$DRIVE/files/lib/later")" = $'ours\nlater' ] || fail 'lost'
waiting 1

# It comes back: the register has united both, and the drive shows it; what waited is saved after it.
link_up
check_status 0 chancery-commit
check_output err <<<"chancery-commit: 'files/lib/known' was saved differently by two; the later one is 'files/lib/known.conflict-$((page + 1))'"
waiting 0
main_is <<END
known
known.conflict-$((page + 1))
later
new
END
wait_for cmp "$DRIVE/files/lib/known" theirs
wait_for cmp "$DRIVE/files/lib/new" theirs
[ "$(cat "$DRIVE/files/lib/known.conflict-$((page + 1))")" = ours ] || fail 'ours is not beside it'
[ ! -e "$DRIVE/files/lib/early" ] || fail 'a removed file is back'
[ -d "$DRIVE/files/lib/empty" ] || fail 'an empty directory is gone'
chancery-commit -n >pending
check_output pending <<<0
drive_end

# Without a drive: recovered, saved, sent.
drive -o commit=3600
echo last >"$DRIVE/files/lib/last"
drive_kill
check_status 0 chancery-commit
saved files/lib/last <(echo last)
[ "$(git -C "$server" rev-parse main)" = "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" ] || fail 'not the same register'
check_status 0 chancery-verify -q
check_status 0 chancery-verify -q -A "$server"

# Two have saved one file without a word of each other: who sends his later is told under which name it is kept. And not when it is only a name that looks like that.
drive -o commit=3600
link_down
echo mine >"$DRIVE/files/lib/plan.txt"
page=$(($(seq_of "$server.away") + 2))
echo mine >"$DRIVE/files/lib/plan.conflict-${page}0.txt"
check_status 75 chancery-commit
CHANCERY_ARCHIVE=$server.away save-file files/lib/plan.txt theirs
link_up
check_status 0 chancery-sync
check_output err <<<"chancery-sync: 'files/lib/plan.txt' was saved differently by two; the later one is 'files/lib/plan.conflict-$page.txt'"
saved "files/lib/plan.conflict-$page.txt" <(echo mine)
check_status 0 chancery-sync
check_output err </dev/null
drive_end
