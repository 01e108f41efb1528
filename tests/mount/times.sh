#!/bin/bash
# Times and permissions as of a disk: after unmounting, a kill, in a clone; what somebody else changes is newer, and by no trick as old as before.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../clones.sh"

# shown [FORMAT]: of everything in the space, as find prints it.
shown() { (cd "$DRIVE/files/lib" && find . -printf "${1:-%p %T@ %m %y}\n" | sort); }
again() { drive_end; drive "$@"; }
# same FILE [FORMAT]: as it was shown.
same() { shown "${@:2}" | diff "$1" -; }
registered() { git -C "$CHANCERY_ARCHIVE" log -1 --first-parent --format=%ct main -- "$1"; }
changed() { stat -c "${2:-%Y}" "$DRIVE/files/lib/$1"; }

archive
drive
mkdir -p source/deep/er "$DRIVE/files/lib"
for i in 1 2 3; do echo "$i" >"source/$i"; echo "$i" >"source/deep/er/$i"; done
touch -d '2001-02-03 04:05:06.789012345' source/1
touch -d '1969-12-31 12:00:00.5' source/deep/er/2
touch -d '2100-01-01 00:00:00.1' source/deep/er/3
chmod 755 source/2
chmod 400 source/deep/er/1
chmod 700 source/deep
touch -d '2011-02-03 04:05:06.5' source/deep/er
rsync -a source/ "$DRIVE/files/lib/"
echo plain >"$DRIVE/files/lib/plain"
mkdir "$DRIVE/files/lib/empty"
chmod 750 "$DRIVE/files/lib/empty"
shown >before
chancery-commit -q
same before
again
same before
rsync -ai source/ "$DRIVE/files/lib/" >copied
grep -v '^\.d..t\.* \./$' copied >out || [ $? -eq 1 ]
check_output out </dev/null

# A commit, and what is changed beside it, changes nothing of that; nor does a kill, once it is saved, or when it is not.
touch -d '2020-02-02 02:02:02.22' "$DRIVE/files/lib/3"
chmod 600 "$DRIVE/files/lib/plain"
touch -d '2020-03-03 03:03:03.33' "$DRIVE/files/lib/deep"
shown >before
chancery-commit -q
same before
head=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
drive_kill
kept() { (cd "$CHANCERY_ARCHIVE/chancery" && sha256sum times*); }
kept >was
grep -q times-wal was || fail 'a kill has left no log'
drive -o ro
same before
drive_end
kept | diff was -
drive -o commit=3600
same before
[ "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" = "$head" ] || fail 'there is an act of times'
touch -d '2020-04-04 04:04:04.44' "$DRIVE/files/lib/1"
echo more >>"$DRIVE/files/lib/2"
chmod 711 "$DRIVE/files/lib/empty"
mv "$DRIVE/files/lib/deep/er/3" "$DRIVE/files/lib/deep/er/4"
echo tmp >"$DRIVE/files/lib/hook.tmp"
chmod 755 "$DRIVE/files/lib/hook.tmp"
shown >before
drive_kill
drive -o commit=3600
same before
chancery-commit -q
same before
again
same before
# The same by chancery-commit, where there is no drive.
touch -d '2020-05-05 05:05:05.55' "$DRIVE/files/lib/1" "$DRIVE/files/lib/deep/er"
echo more >>"$DRIVE/files/lib/2"
chmod 640 "$DRIVE/files/lib/2"
shown >before
drive_kill
chancery-commit -q
drive
same before

# A directory that was empty keeps what it had when something comes to be saved below it, after a mounting or not; and so does one above it that had nothing to be saved.
for round in at-once mounted; do
	mkdir -p "$DRIVE/files/lib/$round/below"
	echo "$round" >"$DRIVE/files/lib/beside"
	chmod 750 "$DRIVE/files/lib/$round"
	touch -d '2012-03-04 05:06:07.8' "$DRIVE/files/lib/$round"
	chancery-commit -q
	[ "$round" = at-once ] || again
	echo "$round" >"$DRIVE/files/lib/$round/below/file"
	shown >before
	chancery-commit -q
	same before
	again
	same before
done

# Those that hold nothing but such, or what is temporary; what is below one that was moved; one that has lost its last file, and those above.
mkdir -p "$DRIVE/files/lib/outer/middle/inner" "$DRIVE/files/lib/around" "$DRIVE/files/lib/from/middle/with" "$DRIVE/files/lib/losing/last"
echo tmp >"$DRIVE/files/lib/around/hook.tmp"
echo kept | tee "$DRIVE/files/lib/from/middle/with/file" >"$DRIVE/files/lib/losing/last/file"
chancery-commit -q
for directory in outer/middle outer around from/middle/with from/middle from losing; do
	chmod 711 "$DRIVE/files/lib/$directory"
	touch -d '2013-04-05 06:07:08.9' "$DRIVE/files/lib/$directory"
done
chancery-commit -q
mv "$DRIVE/files/lib/from" "$DRIVE/files/lib/to"
rm "$DRIVE/files/lib/losing/last/file"
shown >before
chancery-commit -q
same before
drive_kill
drive -o commit=3600 # not by itself before it is asked, with the register's lock held
same before
rm -r "$DRIVE"/files/lib/{outer,around,losing}

# A directory that is moved between being saved and being registered, before the drive is killed.
mkdir "$DRIVE/files/lib/saved-as"
echo kept >"$DRIVE/files/lib/saved-as/file"
chmod 701 "$DRIVE/files/lib/saved-as"
exec 8>"$CHANCERY_ARCHIVE/chancery/lock"
flock 8
chancery-commit -q 8>&- &
commit=$!
wait_for grep -q -- "-> FLOCK .* $DRIVE_PID " /proc/locks
mv "$DRIVE/files/lib/saved-as" "$DRIVE/files/lib/moved-to"
exec 8>&-
wait "$commit" || fail 'not saved'
shown >before
drive_kill
drive
same before

# make sees what was changed, and that nothing was.
printf 'out: in\n\tcp in out\n' >"$DRIVE/files/lib/makefile"
echo 1 >"$DRIVE/files/lib/in"
make -s -C "$DRIVE/files/lib"
chancery-commit -q
again
check_status 0 make -q -C "$DRIVE/files/lib"
touch "$DRIVE/files/lib/in"
again
check_status 1 make -q -C "$DRIVE/files/lib"

# Changed there and back it is not as old as before.
was=$(changed plain %y)
cp "$DRIVE/files/lib/plain" was
echo other >"$DRIVE/files/lib/plain"
chancery-commit -q
cp was "$DRIVE/files/lib/plain"
chancery-commit -q
shown >before
[ "$(changed plain %y)" != "$was" ] || fail 'changed there and back, and as old as before'
again
same before

# What others save has the time at which it was registered, whether it is seen to come or found, and is never as old as what was there, in the same second either; what lies
# beside it keeps its own.
echo theirs >theirs
echo thirds >thirds
for round in seen found; do
	file=$round-new
	[ "$round" = seen ] || drive_end
	beside=$(grep '^./1 ' before)
	echo "last $round" >last
	for content in theirs thirds theirs thirds theirs last; do
		save-file "files/lib/$file" "$content"
		save-file files/lib/plain "$content"
	done
	[ "$round" = seen ] || drive
	wait_for cmp last "$DRIVE/files/lib/plain"
	wait_for cmp last "$DRIVE/files/lib/$file"
	[ "$(changed plain)" = "$(registered files/lib/plain)" ] || fail "$round: $(changed plain), $(registered files/lib/plain)"
	[ "$(shown | grep '^./1 ')" = "$beside" ] || fail "$(shown | grep '^./1 '), $beside"
	shown >before
	again
	same before
done
changed seen-new %.9Y >was
echo 'last seen' >last
for content in thirds last; do save-file files/lib/seen-new "$content"; done
is_newer() { [ "$(changed seen-new %.9Y)" != "$(cat was)" ]; }
wait_for is_newer
drive_end

# Without what is kept, each has the time of the page that brought it; with it again from there on.
rm "$CHANCERY_ARCHIVE"/chancery/times*
drive
for file in 1 plain deep/er/2; do
	[ "$(changed "$file")" = "$(registered "files/lib/$file")" ] || fail "$file: $(changed "$file"), $(registered "files/lib/$file")"
done
[ "$(stat -c %a "$DRIVE/files/lib/2")" = 644 ]
touch -d '2020-06-06 06:06:06.66' "$DRIVE/files/lib/1"
shown >before
again
same before
drive_end

# A backup has them, also one that is made while they are written, of what is registered and of what is journalled; so has the archive that is restored.
drive -o commit=3600
touch -d '2020-08-08 08:08:08.88' "$DRIVE/files/lib/1"
chmod 604 "$DRIVE/files/lib/2"
echo backed up >"$DRIVE/files/lib/held"
touch -d '2003-03-03 03:03:03.33' "$DRIVE/files/lib/held"
chancery-commit -q
echo journalled >"$DRIVE/files/lib/waits"
touch -d '2004-04-04 04:04:04.44' "$DRIVE/files/lib/waits"
mkdir "$TEST_DIR/noting"
note() { until [ -e "$TEST_DIR/noted" ]; do touch -d '2001-01-01' "$DRIVE/files/lib/held"; touch -d '2003-03-03 03:03:03.33' "$DRIVE/files/lib/held"; echo >>"$TEST_DIR/notes"; chancery-commit -q; done; }
: >"$TEST_DIR/notes"
note &
noter=$!
wait_for test -s "$TEST_DIR/notes"
for _ in 1 2 3; do check_status 0 chancery-backup -q backup; done
touch "$TEST_DIR/noted"
wait $noter
shown >before
check_status 0 chancery-backup -q backup
[ "$(stat -c %a backup/chancery/times)" = 600 ] || fail 'anybody can read the times'
drive_end
rm -rf "$TEST_DIR/restored"
check_status 0 chancery-backup -q --restore backup "$TEST_DIR/restored"
drive -A "$TEST_DIR/restored"
shown | diff <(grep -vE '^\./((empty|hook\.tmp) |around|losing|outer)' before) - # but for what no act has
drive_end
drive
same before

# Damaged, it is begun anew; a drive that is only read writes nothing, and shows what was kept.
drive_end
drive -o ro
same before
drive_end
for damage in 'head -c 5000 /dev/urandom' 'true'; do
	cp "$CHANCERY_ARCHIVE/chancery/times" kept
	eval "$damage" | cat - >"$CHANCERY_ARCHIVE/chancery/times"
	drive
	[ "$(changed plain)" = "$(registered files/lib/plain)" ] || fail "$damage"
	drive_end
done

# A clone begins with what the register says, and keeps what is saved and set there, while it waits for the register and when it is back.
serve
clone desk
export CHANCERY_ARCHIVE=$TEST_DIR/desk
admit desk d2
chancery-sync -q
drive -o commit=3600
[ "$(changed plain)" = "$(registered files/lib/plain)" ] || fail "in a clone: $(changed plain)"
cp -p source/1 "$DRIVE/files/lib/ours"
cp -p source/2 "$DRIVE/files/lib/plain"
touch -d '2020-07-07 07:07:07.77' "$DRIVE/files/lib/1"
shown >before
link_down
check_status 75 chancery-commit
same before
drive_kill
drive -o commit=3600
same before
link_up
check_status 0 chancery-sync
chancery-commit -q
# shellcheck disable=SC2016
wait_for eval '[ "$(getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/lib/ours")" = registered ]'
same before
again
same before
drive_end

has_time() { [ "$(stat -c %Y "$DRIVE/$1")" = "$2" ]; }
# A long register is gone through beside the work: what was asked for before is told again.
export CHANCERY_ARCHIVE=$TEST_DIR/many HOME=$TEST_DIR/many-home XDG_STATE_HOME=$TEST_DIR/many-home # all such archives have one id
many "$CHANCERY_ARCHIVE" 700 >/dev/null
drive
find "$DRIVE/seals" -type f -printf '%P\n' | sort >files
[ "$(wc -l <files)" -gt 2000 ]
for n in 1 700 1400 2000; do
	file=seals/$(sed -n "${n}p" files)
	wait_for has_time "$file" "$(registered "$file")"
done
drive_end
