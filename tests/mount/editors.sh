#!/bin/bash
# Editors save by writing beside and renaming, or in place; either way the file has the new content and nothing else is left.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
mkdir "$DRIVE/files/lib"
cd "$DRIVE/files/lib"
printf 'alpha\nbeta\ngamma\n' >text

sed -i 's/beta/BETA/' text
[ "$(sed -n 2p text)" = BETA ] || fail "sed -i"
perl -pi -e 's/gamma/GAMMA/' text
[ "$(sed -n 3p text)" = GAMMA ] || fail "perl -i"
cp text text~ && printf 'delta\n' >>text.new && cat text text.new >text.tmp && mv text.tmp text && rm text.new text~
vim.tiny -es -u NONE -c 'set backup writebackup' -c '%s/alpha/ALPHA/' -c 'wq' text
vim.tiny -es -u NONE -c 'set nobackup nowritebackup' -c '$s/delta/DELTA/' -c 'wq' text
rm -f text~
printf 'ALPHA\nBETA\nGAMMA\nDELTA\n' >"$TEST_DIR/expected"
cmp text "$TEST_DIR/expected"
tar -C "$SRC/fs/lib" -cf - wire | tar -xf - || fail "tar"
diff -r "$SRC/fs/lib/wire" wire
(cd wire && cp -p span.h copy.h && [ "$(stat -c %Y span.h)" = "$(stat -c %Y copy.h)" ]) || fail "times of cp -p"
rm wire/copy.h
chancery-commit -q
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/lib/ | grep -v /wire/ >"$TEST_DIR/names"
check_output "$TEST_DIR/names" <<'END'
files/lib/text
END
saved files/lib/text "$TEST_DIR/expected"
cd "$TEST_DIR"
drive_end
