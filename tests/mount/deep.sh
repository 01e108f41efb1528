#!/bin/bash
# Somebody has looked at a tree as it is committed, and changes what lies deep in it while something else waits to be saved: what he has seen is what he changes.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
mkdir -p "$DRIVE/files/lib"/{a,b}/c/d/e
for file in {a,b}/c/d/e/{first,second}; do echo "$file" >"$DRIVE/files/lib/$file"; done
chancery-commit -q
drive_end

drive -o commit=3600
find "$DRIVE/files/lib" -type f -exec cat {} + >seen
echo waits >"$DRIVE/files/lib/waits"
inode=$(stat -c %i "$DRIVE/files/lib/a/c/d/e/second")
check_status 0 rm "$DRIVE/files/lib/a/c/d/e/first"
echo more >>"$DRIVE/files/lib/a/c/d/e/second"
[ "$(stat -c %i "$DRIVE/files/lib/a/c/d/e/second")" = "$inode" ] || fail 'it is another file now'
printf '%s\n' a/c/d/e/second more | cmp - "$DRIVE/files/lib/a/c/d/e/second"
check_status 0 rm -r "$DRIVE/files/lib/b"
chancery-commit -q
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/lib >tree
printf 'files/lib/%s\n' a/c/d/e/second waits | cmp - tree
