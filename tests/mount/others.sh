#!/bin/bash
# What others register becomes visible, also where the kernel has remembered that it was not there; what is in work here stays.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o commit=3600 # it saves when it is told: who comes first is not left to the clock
mkdir "$DRIVE/files/lib"
echo ours >"$DRIVE/files/lib/f"
echo ours >"$DRIVE/files/lib/both"
chancery-commit -q

# The tree of main: a tool admits somebody.
ls "$DRIVE"/people/*/ >/dev/null
aa=$(printf bob | sha256sum | cut -c 1-2)
check_status 2 ls "$DRIVE/people/$aa"
make_person bob
office_person bob 'Bob Li' employee
bob=$(cd "$CHANCERY_ARCHIVE" && git ls-tree -r --name-only main people | grep '/bob/person\.1$')
wait_for test -e "$DRIVE/$bob"
grep -q 'Name: Bob Li' "$DRIVE/$bob"

# files/: another office saves. A name that was not there, content that was cached, a removal.
[ "$(cat "$DRIVE/files/lib/f")" = ours ]
inode=$(stat -c %i "$DRIVE/files/lib/f")
check_status 2 ls "$DRIVE/files/lib/new"
echo theirs >theirs
save-file files/lib/f theirs
save-file files/lib/new theirs
wait_for cmp "$DRIVE/files/lib/f" theirs
wait_for cmp "$DRIVE/files/lib/new" theirs
[ "$(stat -c %i "$DRIVE/files/lib/f")" = "$inode" ] || fail "a file that others save keeps its inode"
save-file files/lib/new
gone() { [ ! -e "$DRIVE/files/lib/new" ]; }
wait_for gone

# Listings that the kernel keeps, too: a file and a directory that come, a file that goes, in files/ and elsewhere.
listed() { ls -1 "$DRIVE/$1" >listing && grep -qx "$2" listing; }
unlisted() { ! listed "$@"; }
save-file files/lib/d2/x theirs
for directory in files/lib files/lib/d2 people; do ls "$DRIVE/$directory" >/dev/null; done
save-file files/lib/new2 theirs
save-file files/lib/d2/y theirs
wait_for listed files/lib new2
wait_for listed files/lib/d2 y
save-file files/lib/new2
save-file files/lib/d2/x
wait_for unlisted files/lib new2
wait_for unlisted files/lib/d2 x
save-file files/lib/d2/y
wait_for unlisted files/lib d2
make_person carol
office_person carol 'Carol Wu' employee
wait_for listed people "$(printf carol | sha256sum | cut -c 1-2)"

# By plain git, past the hooks: main is moved back, and a push moves it forth again.
head=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
save-file files/lib/pushed theirs
wait_for cmp "$DRIVE/files/lib/pushed" theirs
git clone -q --bare "$CHANCERY_ARCHIVE" pushed.git
git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$head"
wait_for unlisted files/lib pushed
git -C pushed.git push -q --receive-pack='git -c core.hooksPath=/dev/null receive-pack' "$CHANCERY_ARCHIVE" main
wait_for cmp "$DRIVE/files/lib/pushed" theirs
listed files/lib pushed || fail "not listed"

# Behind the end is where the end is, also for who has it open and has not looked since others have made it longer or shorter.
for name in longer shorter; do echo something >"$DRIVE/files/lib/$name"; done
chancery-commit -q
exec 7>>"$DRIVE/files/lib/longer" 8>>"$DRIVE/files/lib/shorter"
echo 'something longer than that' >longer
echo short >shorter
for name in longer shorter marker; do save-file "files/lib/$name" "${name/marker/theirs}"; done
wait_for test -e "$DRIVE/files/lib/marker"
for name in longer shorter; do echo and ours >>"$name"; done
echo and ours >&7
echo and ours >&8
exec 7>&- 8>&-
for name in longer shorter; do wait_for cmp "$DRIVE/files/lib/$name" "$name"; done
chancery-commit -q
for name in longer shorter; do saved "files/lib/$name" "$name"; done

# Both have changed one file: theirs came first and keeps its name, ours is beside it.
exec 7>"$DRIVE/files/lib/both"
echo mine >&7
save-file files/lib/both theirs
exec 7>&-
chancery-commit -q
wait_for cmp "$DRIVE/files/lib/both" theirs
[ "$(cat "$DRIVE"/files/lib/both.conflict-*)" = mine ] || fail "$(ls "$DRIVE/files/lib")"
check_status 0 chancery-verify

# Names that differ in case only, a file where they have made a directory, a directory where they have made a file.
exec 7>"$DRIVE/files/lib/plan.txt"
echo mine >&7
mkdir "$DRIVE/files/lib/d"
exec 8>"$DRIVE/files/lib/d/x" 9>"$DRIVE/files/lib/e"
echo mine >&8
echo mine >&9
save-file files/lib/Plan.txt theirs
save-file files/lib/d theirs
save-file files/lib/e/x theirs
exec 7>&- 8>&- 9>&-
chancery-commit -q
for name in Plan.txt d e/x; do wait_for cmp "$DRIVE/files/lib/$name" theirs; done
for name in "$DRIVE"/files/lib/{plan.conflict-*.txt,d.conflict-*/x,e.conflict-*}; do
	[ "$(cat "$name")" = mine ] || fail "$name: $(ls -R "$DRIVE/files/lib")"
	saved "${name#"$DRIVE/"}" "$name"
done
[ "$(find "$DRIVE/files/lib" -iname 'plan*' | wc -l)" = 2 ] || fail "$(ls "$DRIVE/files/lib")"
check_status 0 chancery-verify

# Also when git has packed references and objects meanwhile.
git -C "$CHANCERY_ARCHIVE" gc -q --prune=now
save-file files/lib/f theirs
echo again >again
save-file files/lib/packed again
wait_for cmp "$DRIVE/files/lib/packed" again
cmp "$DRIVE/files/lib/f" theirs
drive_end
