#!/bin/bash
# timeout: 300
# `git gc --prune=now` again and again beside a drive that saves: everything acknowledged is there, and stock git is content.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# It may fail where something changes under its hands; what counts is what it leaves.
collect() {
	until [ -e "$TEST_DIR/enough" ]; do
		git -C "$CHANCERY_ARCHIVE" gc --quiet --prune=now 2>>"$TEST_DIR/gc.err" || true
		echo >>"$TEST_DIR/collected"
	done
}

has_collected() { [ "$(wc -l <"$TEST_DIR/collected")" -ge "$1" ]; }

archive
drive
: >"$TEST_DIR/collected"
collect &
collector=$!
rounds=15
[ "${SOAK:-0}" = 0 ] || rounds=300
for round in $(seq $rounds); do
	mkdir -p "$DRIVE/files/lib/$round"
	for n in $(seq $((RANDOM % 3 * 20 + 1))); do
		echo "file $n of round $round" >"$DRIVE/files/lib/$round/$n"
	done
	check_status 0 chancery-commit
	git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main "files/lib/$round" | wc -l >count
	find "$DRIVE/files/lib/$round" -type f | wc -l | check_output count
done
wait_for -t 60 has_collected 3
touch "$TEST_DIR/enough"
wait $collector

git -C "$CHANCERY_ARCHIVE" fsck --strict --full --no-dangling >checked 2>&1 || fail "git fsck: $(cat checked)"
git -C "$CHANCERY_ARCHIVE" archive main files | tar xf -
diff -r files "$DRIVE/files"
drive_end
check_status 0 chancery-verify
[ -z "$(find "$CHANCERY_ARCHIVE/objects/pack" -name '*.keep' -o -name '*.new')" ] || fail "leftovers"

# A repack of everything is content with the packs of ours, and takes them in.
drive
echo one more >"$DRIVE/files/lib/more"
chancery-commit -q
git -C "$CHANCERY_ARCHIVE" repack -adq
[ "$(find "$CHANCERY_ARCHIVE/objects/pack" -name '*.pack' | wc -l)" = 1 ] || fail "more than one pack"
saved files/lib/more "$DRIVE/files/lib/more"
echo and one >"$DRIVE/files/lib/more"
chancery-commit -q
saved files/lib/more "$DRIVE/files/lib/more"
drive_end
check_status 0 chancery-verify
