#!/bin/bash
# A registrar who takes back what he has promised: he offers something else under the same name, or nothing. A clone keeps his word as it first had it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../promises.sh"

desk
apply bob S-0007
at desk chancery-sync -q
check_status 0 at desk as carol seal-approve "$APPLICATION"
name=$(git -C "$server" for-each-ref --format='%(refname:lstrip=3)' "refs/promises/$client/")
git -C "$server" show "refs/promises/$client/$name" >kept
[ -z "$(promised)" ] || fail "$(promised)"

# Two promises of acts that are on no page: one is still to be kept, one should have been.
promise() { sed "/^-----BEGIN/,\$d; s/^Act: .*/Act: $1/; $2" kept | forge promise; }
untold=$(printf %064d 7) omitted=$(printf %064d 8)
promise "$untold" '' >early
promise "$omitted" 's/^Time: .*/Time: 2026-01-01T00:00:00Z/' >broken
offer early early
offer broken broken
move_on
check_status 1 at desk chancery-sync
check_has err "PROMISE: act $omitted was promised and is on no page" "refs/promises/$client/broken"
both=$(printf '%s\n' broken early)
[ "$(promised)" = "$both" ] || fail "$(promised)"

# They are changed for one that was kept, for rubbish, for another one of the same name, and gone in the end: each time the desk still has them.
echo rubbish >rubbish
promise "$(printf %064d 9)" '' >other
for instead in kept rubbish other; do
	offer early "$instead"
	offer broken "$instead"
	[ "$instead" = kept ] || move_on # also where nothing else is new
	check_status 1 at desk chancery-sync
	check_has err "refs/promises/$client/broken"
	for which in early broken; do
		git -C "$TEST_DIR/desk" show "refs/promises/$client/$which" | cmp - "$which"
	done
done
for which in early broken; do git -C "$server" update-ref -d "refs/promises/$client/$which"; done
offer broken/x broken # which is in the way of files of that name
move_on
check_status 1 at desk chancery-sync
check_has err "refs/promises/$client/broken"

# A loss of power leaves references with nothing in them.
mkdir -p "$TEST_DIR/desk/refs/offered/$client"
: >"$TEST_DIR/desk/refs/offered/$client/torn"
check_status 1 at desk chancery-sync
check_has err "refs/promises/$client/broken"
[ ! -e "$TEST_DIR/desk/refs/offered/$client/torn" ] || fail 'it lies there still'

# What has been decided to be over lies aside, each under a name of its own.
page="$(git -C "$server" show -s --format=%B main | sed -n 's/^Seq: //p'):$(git -C "$server" rev-parse main)"
move_on
check_status 0 at desk chancery-sync --follow "$page"
promise "$omitted" 's/^Time: .*/Time: 2026-01-02T00:00:00Z/' >again
git -C "$server" update-ref -d "refs/promises/$client/broken/x"
offer broken again
move_on
check_status 1 at desk chancery-sync
move_on
check_status 0 at desk chancery-sync --follow "$page"
for file in broken again; do
	git -C "$TEST_DIR/desk" for-each-ref --format='%(objectname)' refs/forks/ | grep -qx "$(git hash-object "$file")" || fail "'$file' is lost"
done

# Killed behind the fetch, before anything of it was taken; then it is offered no more.
promise "$omitted" 's/^Time: .*/Time: 2026-01-03T00:00:00Z/' >third
offer third third
git -C "$TEST_DIR/desk" fetch -q "$server" "+refs/promises/$client/*:refs/offered/$client/*"
git -C "$server" update-ref -d "refs/promises/$client/third"
move_on
check_status 1 at desk chancery-sync
git -C "$TEST_DIR/desk" show "refs/promises/$client/third" | cmp - third
