#!/bin/bash
# chancery-restore takes the path that somebody at the drive has: whole, or from where he stands; of a file that is gone, too; and the drive says which archive it is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -A "$CHANCERY_ARCHIVE"
cd "$DRIVE/files"
mkdir -p lib/d
echo one >lib/d/plan
chancery-commit -q
echo two >lib/d/plan
chancery-commit -q
rm -r lib/d
chancery-commit -q
cd "$TEST_DIR/work"
check_status 0 chancery-restore files/lib/d/plan
mv out versions
[ "$(wc -l <versions)" = 3 ] || fail "$(cat versions)"

# from DIRECTORY PATH [OPTION...]: the same versions, without a word of which archive
from() { (cd "$1" && exec env -u CHANCERY_ARCHIVE chancery-restore "${@:3}" "$2"); }
for where in "$TEST_DIR/work $DRIVE/files/lib/d/plan" "$TEST_DIR drive/files/lib/d/plan" "$DRIVE files/lib/d/plan" "$DRIVE/files lib/d/plan" "$DRIVE/files/lib d/plan" \
	"$DRIVE/files/lib ../lib/d/plan"; do
	# shellcheck disable=SC2086
	check_status 0 from $where
	check_output out <versions
done
ln -s "$DRIVE/files/lib" link
check_status 0 from . link/d/plan
check_output out <versions
act=$(sed -n 2p versions | cut -f 4)
check_status 0 from "$DRIVE/files/lib" d --act "$act"
check_output out <<<'files/lib/d/plan	restored'
wait_for grep -qx two "$DRIVE/files/lib/d/plan"

# Of a large file it is the content that has a size.
printf '%%PDF a scan' >"$DRIVE/files/lib/scan.pdf"
chancery-commit -q
check_status 0 from "$DRIVE/files/lib" scan.pdf
[ "$(cut -f 5 out)" = 11 ] || fail "not the size of what it points to: $(cat out)"

# Beside the drive it is a path of main, and another archive is another one.
check_status 2 from . lib/d/plan
check_has err 'which archive?'
check_status 1 chancery-restore lib/d/plan
check_has err "'lib/d/plan' has never been a file of this archive"
as alice chancery-init -q --policy "$TEST_DIR/policy" other alice
check_status 1 chancery-restore -A other "$DRIVE/files/lib/d/plan"
check_has err "has never been a file of this archive"

# The drive's source is the whole path, however the archive was named.
drive_end
cd "$TEST_DIR"
drive -A archive
grep -qF "$CHANCERY_ARCHIVE $DRIVE fuse.chanceryfs" /proc/self/mounts || fail "$(grep fuse /proc/self/mounts)"
drive_end
check_status 2 env -u CHANCERY_ARCHIVE chanceryfs "$DRIVE"
check_has err 'chanceryfs: which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE'
