#!/bin/bash
# What a file system does, done on files/; main then holds exactly the same.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# expect N command...: in files/, with exactly that status.
expect() {
	local status=$1
	shift
	(cd "$TEST_DIR/work" && check_status "$status" env -C "$DRIVE/files" "$@")
}

archive
drive
cd "$DRIVE/files"
mkdir lib lib/a lib/a/b

# writing
printf 'one\n' >lib/f
printf 'two\n' >>lib/f
printf 'X' | dd of=lib/f bs=1 seek=1 conv=notrunc status=none
[ "$(cat lib/f)" = "$(printf 'oXe\ntwo')" ] || fail "overwritten: $(cat lib/f)"
truncate -s 3 lib/f
[ "$(cat lib/f)" = oXe ] || fail "shortened"
truncate -s 5 lib/f
[ "$(od -An -c lib/f | tr -d ' \n')" = 'oXe\0\0' ] || fail "lengthened"
echo new >lib/f
[ "$(cat lib/f)" = new ] || fail "O_TRUNC leaves an old tail: $(cat lib/f)"
printf end | dd of=lib/sparse bs=1 seek=3000000 conv=notrunc status=none
[ "$(stat -c %s lib/sparse) $(tail -c 3 lib/sparse)" = '3000003 end' ] || fail "sparse"
head -c 5000000 /dev/urandom >"$TEST_DIR/large"
cp "$TEST_DIR/large" lib/large
cmp lib/large "$TEST_DIR/large"
memory-map lib/large 4999990 mapped
printf mapped | dd of="$TEST_DIR/large" bs=1 seek=4999990 conv=notrunc status=none
cmp lib/large "$TEST_DIR/large"
: >lib/empty

# names
mv lib/f lib/a/b/g
mv lib/a lib/c
[ "$(cat lib/c/b/g)" = new ] || fail "moved directory"
echo replaced >lib/h
mv -f lib/h lib/c/b/g
[ "$(cat lib/c/b/g)" = replaced ] || fail "replaced"
mv lib/c/b/g lib/c/b/G
[ "$(ls lib/c/b)" = G ] || fail "case of a name changed"
exec 7<lib/c/b/G
rm lib/c/b/G
[ "$(cat <&7)" = replaced ] || fail "removed while open"
exec 7<&-
rmdir lib/c/b lib/c
echo 内容 >lib/合同-2026.txt
name=$(printf 'n%.0s' {1..146}).txt
echo long >"lib/$name"
expect 1 mkdir lib/合同-2026.txt
expect 1 mv lib/empty beside
[[ "$(getfattr --only-values -n user.chancery.refused .)" == *"'beside': beside the spaces there are no files"* ]] || fail "$(getfattr --only-values -n user.chancery.refused .)"
mkdir other
echo there >other/t
mv other/t lib/t
[ "$(cat lib/t)" = there ] || fail "moved between spaces"

# what no other office's system could hold, beside its control
for bad in 'a:b' 'a*' 'CON' 'ends.' .Gitmodules git~1 .gitmodules 'a\b' ' a' $'.g\u200cit' $'a\u202eb' $'a\033b' $'a\nb' $'a\xff' "n$name"; do
	expect 1 touch "lib/$bad"
done
expect 1 touch lib/EMPTY
check_has "$TEST_DIR/work/err" 'File exists'
expect 1 touch lib/"$(printf 'e\xcc\x81')"
expect 0 touch lib/"$(printf '\xc3\xa9')"
expect 1 touch directly
expect 1 mkdir 'not a subject'
expect 1 ln lib/t lib/link
expect 1 ln -s t lib/link
expect 1 touch ../policy/x
expect 1 rmdir lib

# a large directory, read while it changes
mkdir lib/many
for i in $(seq 1 1500); do echo "$i" >"lib/many/$i"; done
[ "$(find lib/many -type f | wc -l)" = 1500 ] || fail "large directory"
rm lib/many/*7
[ "$(find lib/many -type f | wc -l)" = 1350 ] || fail "large directory after removing"

# all of it, on main
chancery-commit -q
cd "$TEST_DIR/work"
git clone -q "$CHANCERY_ARCHIVE" clone
diff -r clone/files/lib "$DRIVE/files/lib" || fail "main differs from the drive"
[ ! -e clone/files/other ] || fail "other/ is empty"
check_status 0 chancery-verify
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling >checked 2>&1 || fail "git fsck: $(cat checked)"

# the same after mounting again, empty directories included
find "$DRIVE/files" | sort >before
drive_end
drive
find "$DRIVE/files" | sort >after
check_output after <before
diff -r clone/files/lib "$DRIVE/files/lib"
drive_end
