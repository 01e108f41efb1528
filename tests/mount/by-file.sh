#!/bin/bash
# history/by-file/: all versions of a file, of one that is gone as well, by day, page and signer.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o commit=3600
FILES=$DRIVE/files/lib VERSIONS=$DRIVE/history/by-file/files/lib
versions() { ls "$VERSIONS/$1"; }

mkdir "$FILES"
for text in one two one; do
	echo $text >"$FILES/计划.txt"
	echo "$text" >>"$FILES/other"
	chancery-commit -q
done
[ "$(versions 计划.txt | wc -l)" = 3 ] || fail "$(versions 计划.txt)"
[ "$(cat "$VERSIONS"/计划.txt/*)" = "$(printf 'one\ntwo\none')" ] || fail "in another order"
today=$(last_day)
for name in $(versions 计划.txt); do
	[[ "$name" =~ ^$today-[0-9]{6}-d1-计划.txt$ ]] || fail "'$name'"
done
[ "$(stat -c %i "$VERSIONS"/计划.txt/* | sort -u | wc -l)" = 3 ] || fail "one inode for several versions"

# Somebody else's save; a removal, and what comes after it; a directory that is gone.
echo theirs >theirs
save-file files/lib/other theirs
wait_for cmp "$FILES/other" theirs
mkdir "$FILES/d"
echo deep >"$FILES/d/x"
chancery-commit -q
rm -r "$FILES/计划.txt" "$FILES/d"
chancery-commit -q
[ ! -e "$FILES/计划.txt" ]
[ "$(ls "$VERSIONS")" = "$(printf 'd\nother\n计划.txt')" ] || fail "$(ls "$VERSIONS")"
[ "$(versions other | wc -l)" = 4 ] || fail "$(versions other)"
[ "$(versions 计划.txt | tail -n 1 | sed 's/.*-//')" = 计划.txt.removed ] || fail "$(versions 计划.txt)"
[ ! -s "$VERSIONS/计划.txt/$(versions 计划.txt | tail -n 1)" ] || fail "content of nothing"
cat "$VERSIONS/d/x/"*-x >x
grep -qx deep x
echo again >"$FILES/计划.txt"
chancery-commit -q
[ "$(versions 计划.txt | wc -l)" = 5 ] || fail "$(versions 计划.txt)"
[ "$(cat "$VERSIONS/计划.txt/$(versions 计划.txt | tail -n 1)")" = again ] || fail "the last one"

# Nothing is left in any space.
mkdir "$TEST_DIR/kept"
cp -a "$FILES/." "$TEST_DIR/kept"
rm -r "$FILES"
chancery-commit -q
[ -z "$(git -C "$CHANCERY_ARCHIVE" ls-tree main files)" ]
[ -d "$DRIVE/history/by-file/files" ]
ls "$DRIVE/history/by-file" >names
grep -qx files names || fail "$(cat names)"
[ "$(ls "$DRIVE/history/by-file/files")" = lib ]
[ "$(cat "$VERSIONS/计划.txt/"*-计划.txt | tail -n 1)" = again ] || fail "what it was before"
cp -a "$TEST_DIR/kept" "$FILES"
chancery-commit -q

# Renamed is removed and new; a name with a conflict's is as main has it.
mv "$FILES/other" "$FILES/renamed"
chancery-commit -q
[ "$(versions renamed | wc -l)" = 1 ] || fail "$(versions renamed)"
[ "$(versions other | tail -n 1 | sed 's/.*-//')" = other.removed ] || fail "$(versions other)"

# What is no space's: records, kept from their act on. What never was.
policy=$(cd "$DRIVE" && find policy -type f | head -n 1)
[ "$(find "$DRIVE/history/by-file/$policy" -type f | wc -l)" = 1 ] || fail "$policy"
cat "$DRIVE/history/by-file/$policy"/*-alice-* | cmp - "$DRIVE/$policy"
for absent in never d/y ../../never "计划.txt/$today"; do [ ! -e "$VERSIONS/$absent" ] || fail "$absent"; done
check_status 1 touch "$VERSIONS/other"
drive_end
