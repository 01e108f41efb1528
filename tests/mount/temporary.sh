#!/bin/bash
# What editors, office suites and systems put beside a document works, stays through unmounting and a crash, and is in no act; which names those are
# an archive may say itself.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

in_main() { git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/; }
asides() { find "$CHANCERY_ARCHIVE/chancery/journal" -name 'aside.*' | wc -l; }

archive
drive
mkdir "$DRIVE/files/lib"
cd "$DRIVE/files/lib"
echo text >letter.odt
names=('.~lock.letter.odt#' '~$letter.docx' '.letter.odt.swp' 'letter.odt~' '#letter.odt#' '.#letter.odt' '._letter.odt' .DS_Store Thumbs.db THUMBS.DB2.tmp
	'~WRL0001.tmp' lu1234ab.tmp Desktop.ini .goutputstream-ABCDEF film.part)
for name in "${names[@]}"; do echo "$name" >"$name"; done
mkdir '$RECYCLE.BIN'
echo deleted >'$RECYCLE.BIN/x.pdf'
head -c 700000 /dev/urandom >large.tmp
cp large.tmp "$TEST_DIR/large"
check() {
	for name in "${names[@]}"; do [ "$(cat "$name")" = "$name" ] || fail "'$name' is not as it was"; done
	[ "$(cat '$RECYCLE.BIN/x.pdf')" = deleted ] || fail 'what is below a temporary directory'
	cmp large.tmp "$TEST_DIR/large"
	[ "$(in_main)" = files/lib/letter.odt ] || fail "main has $(in_main)"
}
chancery-commit -q
check
cd "$TEST_DIR"
[ "$(asides)" = $((${#names[@]} + 2)) ] || fail "$(asides) files put aside"
chancery-status | grep -qxP 'journal\t0' || fail "the journal counts what is temporary: $(chancery-status)"
drive_kill
drive
cd "$DRIVE/files/lib"
check
echo more >>letter.odt
cd "$TEST_DIR"
drive_end
drive
cd "$DRIVE/files/lib"
check

# Saved by name: what was temporary becomes the document, the document a backup.
echo second >lu9.tmp
mv letter.odt letter.odt~
mv lu9.tmp letter.odt
chancery-commit -q
saved files/lib/letter.odt <(echo second)
[ "$(cat letter.odt~)" = "text
more" ] || fail 'the backup'
rm -r -- * .[!.]*
chancery-commit -q
[ "$(asides) $(in_main)" = '0 ' ] || fail "$(asides) put aside, in main: $(in_main)"
cd "$TEST_DIR"
drive_end

# What is put aside and damaged is named; nothing is made up.
drive
echo swap >"$DRIVE/files/lib/.a.swp"
chancery-commit -q
drive_end
aside=$(find "$CHANCERY_ARCHIVE/chancery/journal" -name 'aside.*')
cp "$aside" kept
printf X | dd of="$aside" bs=1 seek=33 conv=notrunc status=none
check_status 1 chanceryfs "$DRIVE"
check_has err "${aside##*/}', the content of a temporary file, is not as it was written"
cp kept "$aside"

# Another list.
printf '# ours\n\n*.draft\n' >"$CHANCERY_ARCHIVE/chancery/temporary"
drive
[ "$(cat "$DRIVE/files/lib/.a.swp")" = swap ] || fail 'what was temporary is gone'
echo 1 >"$DRIVE/files/lib/x.draft"
echo 2 >"$DRIVE/files/lib/x.tmp"
check_status 1 mkdir "$DRIVE/files/lib/.git"
chancery-commit -q
[ "$(in_main)" = files/lib/x.tmp ] || fail "main has $(in_main)"
drive_end
echo 'a/b' >"$CHANCERY_ARCHIVE/chancery/temporary"
check_status 1 chanceryfs "$DRIVE"
check_has err "chancery/temporary': pattern in line 1 has a '/'"
