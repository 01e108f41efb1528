#!/bin/bash
# Directories in which nobody has changed anything are shown as they are committed; the first change in one finds the same files, by the same numbers and times, that the
# kernel already knows, and whatever somebody was about there goes on. What others change is seen without that.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
cd "$DRIVE/files"
mkdir -p lib/a/b/c lib/d other
for name in lib/f lib/g lib/a/b/f lib/a/b/c/f lib/d/f other/f; do echo "$name" >"$name"; done
cd "$TEST_DIR/work"
chancery-commit -q
drive_end

# Looking is not touching: numbers and times stay when it is touched, also below what is renamed.
numbers() { find "$DRIVE/files" -printf '%i %T@ %P\n' | sort -k 3; }
drive
F=$DRIVE/files
numbers >before
exec 7<"$F/lib/g" 8<"$F/lib/a/b/c/f"
second() { [ "$(date +%s)" -gt "$1" ]; }
wait_for second "$(date +%s)" # else the times of two commits could be the same
echo more >>"$F/lib/f"
chancery-commit -q
numbers | grep -v ' lib/f$\| lib$' >after
grep -v ' lib/f$\| lib$' before | diff - after
[ "$(stat -c %i "$F/lib/f")" = "$(awk '$3 == "lib/f" { print $1 }' before)" ] || fail 'another number'
[ "$(cat "$F/lib/f")" = $'lib/f\nmore' ] || fail "$(cat "$F/lib/f")"
mv "$F/lib/a" "$F/lib/e"
numbers | grep ' lib/e/' | sed 's, lib/e/, lib/a/,' >after
grep ' lib/a/' before | diff - after
[ "$(cat <&8)" = lib/a/b/c/f ] || fail 'renamed while open'
chancery-commit -q
[ "$(git -C "$CHANCERY_ARCHIVE" show main:files/lib/e/b/c/f)" = lib/a/b/c/f ] || fail 'not saved'
rm "$F/lib/g"
[ "$(cat <&7)" = lib/g ] || fail 'removed while open'
exec 7<&- 8<&-
drive_end

# What others change where nothing is loaded.
drive
numbers >before
exec 7<"$F/lib/e/b/f"
echo theirs >theirs
save-file files/lib/e/b/f theirs
save-file files/lib/e/b/new theirs
save-file files/lib/e/new/deep theirs
is_theirs() { cmp "$1" theirs; }
wait_for is_theirs "$F/lib/e/new/deep"
for name in lib/e/b/f lib/e/b/new lib/e/new/deep; do is_theirs "$F/$name" || fail "$name"; done
[ "$(cat <&7)" = theirs ] || fail 'open, and not followed'
[ "$(ls "$F/lib/e/b")" = $'c\nf\nnew' ] || fail "$(ls "$F/lib/e/b")"
same() { [ "$(stat -c %i "$F/$1")" = "$(awk -v name="$1" '$3 == name { print $1 }' before)" ] || fail "another number: $1"; }
same lib/e/b/c/f
same lib/e/b/f
echo ours >>"$F/lib/e/b/f"
[ "$(cat <&7)" = ours ] || fail 'written behind what others wrote'
exec 7<&-
save-file files/lib/d/f
is_gone() { [ ! -e "$F/lib/d/f" ]; }
wait_for is_gone
chancery-commit -q
[ "$(git -C "$CHANCERY_ARCHIVE" show main:files/lib/e/b/f)" = $'theirs\nours' ] || fail "$(git -C "$CHANCERY_ARCHIVE" show main:files/lib/e/b/f)"
drive_end

# Whoever reads one file after the other is read ahead of, also in the directories beside that, and gets of each its own content.
fill many 3500 300
git -C "$CHANCERY_ARCHIVE" archive main files/many | tar -xf -
drive
for view in files "history/$(last_day)/files"; do diff -r files/many "$DRIVE/$view/many"; done
drive_end

# Somebody is listing while it is loaded: nothing is told twice or not at all.
drive
directory=$F/many/d0000
list-while "$directory" "echo x >>'$directory/f0000999'" | grep '^f' >names
git -C "$CHANCERY_ARCHIVE" ls-tree --name-only "main:files/many/d0000" | diff - names
drive_end
check_status 0 chancery-verify
