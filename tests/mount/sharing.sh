#!/bin/bash
# One user: opened, closed and listed without asking, and yet all is saved and nothing old is seen. -o allow_other: every open is asked for.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

asked() { grep -c "opcode: $1 " drive.err || true; }
cd "$TEST_DIR"

archive
drive -d
mkdir "$DRIVE/files/lib"
for name in a b c; do echo "the content of $name" >"$DRIVE/files/lib/$name"; done
for _ in 1 2 3; do
	cat "$DRIVE"/files/lib/* >/dev/null
	ls -l "$DRIVE/files/lib" >/dev/null
done
for what in OPEN FLUSH; do [ "$(asked $what)" -le 1 ] || fail "$what: $(asked $what)"; done
listed=$(asked READDIRPLUS)
[ "$listed" -gt 0 ] || fail "nothing was listed"
ls -l "$DRIVE/files/lib" >/dev/null
[ "$(asked READDIRPLUS)" -eq "$listed" ] || fail "listed once more"

# Not so what tools change behind the drive.
ls "$DRIVE/drop/documents"
touch "$CHANCERY_ARCHIVE/chancery/drop/documents/t"
[ "$(ls "$DRIVE/drop/documents")" = t ] || fail "an old listing"
rm "$CHANCERY_ARCHIVE/chancery/drop/documents/t"

# Truncated by open, appended to, changed in the middle, all of it in files that were there: no old tail, and saved without a RELEASE.
echo hi >"$DRIVE/files/lib/a"
echo more >>"$DRIVE/files/lib/b"
printf X | dd of="$DRIVE/files/lib/c" bs=1 seek=4 conv=notrunc status=none
echo hi >a
printf 'the content of b\nmore\n' >b
echo 'the Xontent of c' >c
for name in a b c; do
	cmp "$DRIVE/files/lib/$name" $name
	wait_for saved files/lib/$name $name
done

# New ones as well, now that the kernel knows that nobody asks for opens: since Linux 6.9 it does not say either that what was created is closed.
echo new >"$DRIVE/files/lib/new"
echo new >new
wait_for saved files/lib/new new
touch "$DRIVE/files/lib/empty"
: >empty
wait_for saved files/lib/empty empty

# In drop/ what a tool replaces is another file.
echo first >"$DRIVE/drop/documents/d"
[ "$(cat "$DRIVE/drop/documents/d")" = first ]
rm "$CHANCERY_ARCHIVE/chancery/drop/documents/d"
check_status 1 cat "$DRIVE/drop/documents/d"
echo other >"$DRIVE/drop/documents/d"
[ "$(cat "$DRIVE/drop/documents/d")" = other ] || fail "an old page"
echo more >>"$DRIVE/drop/documents/d"
[ "$(cat "$CHANCERY_ARCHIVE/chancery/drop/documents/d")" = "$(printf 'other\nmore')" ] || fail "not appended"
drive_end

grep -q '^user_allow_other' /etc/fuse.conf 2>/dev/null || [ "$(id -u)" -eq 0 ] || skip "may not use allow_other"
drive -d -o allow_other
for _ in 1 2 3; do
	cat "$DRIVE/files/lib/a" >/dev/null
	ls "$DRIVE/files/lib" >/dev/null
done
[ "$(asked OPEN)" -eq 3 ] || fail "OPEN: $(asked OPEN)"
[ "$(asked OPENDIR)" -eq 3 ] || fail "OPENDIR: $(asked OPENDIR)"
released() { [ "$(asked RELEASE)" -eq 3 ]; }
wait_for released # nobody waits for it who closes a file
drive_end
