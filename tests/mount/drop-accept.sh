#!/bin/bash
# drop/<folder>/: what is complete becomes part of the archive, also after a crash; what is not stays, with a note that says why, until it is changed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

D=$DRIVE/drop/scans
here=$(date -u +files/scans/%Y/%m)
gone() { [ ! -e "$D/$1" ]; }
# Pictures are large files: main has a pointer.
has() { git -C "$CHANCERY_ARCHIVE" cat-file -e "main:$1" && cmp "$DRIVE/$1" "$2"; }
refused() {
	wait_for grep -qsF "$2" "$D/$1.refused.txt" # it is there before its words are
	check_has "$D/$1.refused.txt" "'$1' was not accepted on " "$2" 'What to do: '
	[ -e "$D/$1" ] || fail "$1 is gone"
}

archive
drive -o drop=1
[ "$(find "$DRIVE/drop" -mindepth 1 -printf '%f\n' | sort | tr '\n' ' ')" = 'documents erp scans ' ] || fail "$(ls "$DRIVE/drop")"
printf '\377\330\377\340 a picture \377\331' >whole.jpg
head -c 12 whole.jpg >half.jpg
echo text >text
cp whole.jpg "$D/扫描 1.jpg"
cp text "$D/text"
cp text "$DRIVE/drop/documents/text"
wait_for gone '扫描 1.jpg'
wait_for gone text
wait_for has "$here/扫描 1.jpg" whole.jpg
wait_for has "$here/text" text
cmp text "$DRIVE/$here/text"
cmp text "$DRIVE/drop/documents/text"
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files | grep accepted && fail 'half of it was saved'

# Refused, and looked at again when it changes: an upload that was cut off and goes on, part by part.
cp half.jpg "$D/b.jpg"
touch "$D/empty"
cp text "$D/b.pdf"
refused b.jpg 'is cut short: the end of the picture is missing'
refused empty 'is empty'
refused b.pdf 'is no PDF document'
tail -c +13 whole.jpg >>"$D/b.jpg"
wait_for gone b.jpg
gone b.jpg.refused.txt || fail 'the note is left'
wait_for has "$here/b.jpg" whole.jpg
rm "$D/empty"
gone empty.refused.txt || fail 'a note about nothing'
mv "$D/b.pdf" "$D/b.txt"
gone b.pdf.refused.txt || fail 'a note about nothing'
wait_for gone b.txt

# Not under the name of what is not finished.
cp text "$D/upload.part"
cp text "$D/other"
wait_for gone other
[ -e "$D/upload.part" ] || fail 'taken before it was renamed'
mv "$D/upload.part" "$D/upload"
wait_for gone upload

# The same again is the same; another one of that name is not.
cp text "$D/text"
wait_for gone text
cp whole.jpg "$D/b.jpg"
wait_for gone b.jpg
echo another >"$D/text"
refused text 'has the name of another file'
[ "$(cat "$DRIVE/$here/text")" = text ] || fail 'written over'
rm "$D/text"

# A folder of the administrator's own; killed between accepting and removing it comes in once.
mkdir "$CHANCERY_ARCHIVE/chancery/drop/invoices"
cp text "$DRIVE/drop/invoices/r1"
wait_for has "${here/scans/invoices}/r1" text
cp text "$D/again"
wait_for has "$here/again" text
drive_kill
cp text "$CHANCERY_ARCHIVE/chancery/drop/scans/again"
drive -o drop=1
wait_for gone again
[ -z "$(find "$CHANCERY_ARCHIVE/chancery/drop/scans" -type f)" ] || fail "left: $(ls -l "$CHANCERY_ARCHIVE/chancery/drop/scans")"
drive_end

# Where closing is seen, not before that either.
grep -q '^user_allow_other' /etc/fuse.conf 2>/dev/null || [ "$(id -u)" -eq 0 ] || skip 'may not use allow_other; the rest passed'
drive -o drop=1,allow_other
exec 3>"$D/open"
echo one >&3
cp text "$D/yet another"
wait_for gone 'yet another'
echo two >&3
exec 3>&-
wait_for gone open
printf 'one\ntwo\n' >expected
wait_for has "$here/open" expected
drive_end
check_status 0 chancery-verify
