#!/bin/bash
# A repository that somebody works with on the drive: git init, commit, clone, branches, worktrees, gc. Its files are documents like any other, and its .git
# stays on this machine, with what git reads beside it; through a crash, too.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

git config --global user.name somebody
git config --global user.email somebody@example.org
git config --global safe.directory '*'
git config --global gc.autoDetach false
archive
drive
mkdir "$DRIVE/files/lib"
mkdir "$TEST_DIR/wire"
cp "$SRC"/fs/lib/wire/*.[ch] "$TEST_DIR/wire"
cd "$DRIVE/files/lib"

git init -q work
cd work
cp "$TEST_DIR"/wire/*.h .
echo '*.o' >.gitignore
echo '*.c diff=cpp' >.gitattributes
mkdir .github
echo '*' >.github/owners
git add .
git commit -qm first
chancery-commit -q
git checkout -q -b branch
cp "$TEST_DIR"/wire/*.c .
git add .
git commit -qm second
git checkout -q -
git merge -q --no-ff -m merged branch
git tag one
git worktree add -q ../tree branch
[ -z "$(git -C ../tree status --porcelain)" ] || fail "$(git -C ../tree status)"
git worktree remove ../tree
git gc -q
git fsck --strict
cd ..
git clone -q work clone
git clone -q --no-local work remote
git -C clone gc -q --prune=now
git -C clone fsck --strict
rm -r remote
head=$(git -C work rev-parse HEAD)
chancery-commit -q
git -C work status --porcelain >"$TEST_DIR/status"
check_output "$TEST_DIR/status" </dev/null
cd "$TEST_DIR"
drive_kill
drive
for name in work clone; do
	git -C "$DRIVE/files/lib/$name" fsck --strict
	[ "$(git -C "$DRIVE/files/lib/$name" rev-parse HEAD)" = "$head" ] || fail "$name has another HEAD"
	git -C "$DRIVE/files/lib/$name" update-index -q --refresh || true
	git -C "$DRIVE/files/lib/$name" diff --exit-code
	diff -r -x '.git*' "$DRIVE/files/lib/$name" wire
	[ "$(cat "$DRIVE/files/lib/$name/.gitignore")" = '*.o' ] || fail "$name has lost what it ignores"
done
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/lib/work/ | sed 's,.*/,,' |  sort >committed
find wire -type f -printf '%f\n' |  sort | check_output committed
check_status 0 chancery-verify -q
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling
drive_end
