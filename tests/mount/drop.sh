#!/bin/bash
# drop/documents/: put in what an application is to be about; inbox/: what waits for the person of this mount.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o person=alice
echo contract >contract.txt
cp contract.txt "$DRIVE/drop/documents/合同.txt"
cmp contract.txt "$DRIVE/drop/documents/合同.txt"
cmp contract.txt "$CHANCERY_ARCHIVE/chancery/drop/documents/合同.txt"
echo more >>"$DRIVE/drop/documents/合同.txt"
[ "$(wc -l <"$DRIVE/drop/documents/合同.txt")" = 2 ] || fail "appended"
mv "$DRIVE/drop/documents/合同.txt" "$DRIVE/drop/documents/b.txt"
[ "$(ls "$DRIVE/drop/documents")" = b.txt ] || fail "renamed"
sed -i 's/more/less/' "$DRIVE/drop/documents/b.txt"
grep -q less "$DRIVE/drop/documents/b.txt"
check_status 1 touch "$DRIVE/drop/documents/a:b"
check_status 1 touch "$DRIVE/drop/x"
check_status 1 mkdir "$DRIVE/drop/documents/d"
ln -s /etc/passwd "$CHANCERY_ARCHIVE/chancery/drop/documents/link"
[ ! -e "$DRIVE/drop/documents/link" ] || fail "followed a link out of the archive"
rm "$CHANCERY_ARCHIVE/chancery/drop/documents/link"

# What a tool takes away is gone; what it leaves is seen.
mv "$CHANCERY_ARCHIVE/chancery/drop/documents/b.txt" "$CHANCERY_ARCHIVE/chancery/drop/documents/c.txt"
[ "$(ls "$DRIVE/drop/documents")" = c.txt ] || fail "not left"
[ ! -e "$DRIVE/drop/documents/b.txt" ] || fail "taken away"
mkdir "$DRIVE/files/lib"
mv "$DRIVE/drop/documents/c.txt" "$DRIVE/files/lib/c.txt"
[ -z "$(ls "$DRIVE/drop/documents")" ] || fail "moved, and still there"
grep -q less "$DRIVE/files/lib/c.txt" || fail "moved into a space"

[ -z "$(ls "$DRIVE/inbox")" ] || fail "alice's inbox: $(ls "$DRIVE/inbox")"
drive_end
