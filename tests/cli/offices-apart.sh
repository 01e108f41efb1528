#!/bin/bash
# Two offices save while they are apart; the register unites what they did, whoever comes first, and nobody signs anything again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../saves.sh"

office
office_apart north
first=$(made north 1 both=1 mine=1 gone=1 dir/x=1)
accepted "$first"
space_is both=1 dir/x=1 gone=1 mine=1
rm -r "$TEST_DIR/north"

# Both know page $known now. North works on, and its saves are registered as they come.
office_apart north
office_apart south
accepted "$(made north 2 both=north gone= dir/plan.txt=north)"
rm -r "$TEST_DIR/north"
office_apart north
accepted "$(made north 3 late=north)"
space_is both=north dir/plan.txt=north dir/x=1 late=north mine=1

# South comes back with what it saved on the old state: a file both have changed, one that was removed and changed, names that differ in case only.
south=$(made south 1 both=south gone=kept mine=2 dir/Plan.txt=south dir/y=south)
page=$(($(field main Seq) + 1))
accepted "$south"
space_is both=north "both.conflict-$page=south" "dir/Plan.conflict-$page.txt=south" dir/plan.txt=north dir/x=1 dir/y=south gone=kept late=north mine=2

# A file where the other has made a directory, and the other way round.
office_apart west
accepted "$(made north 4 a=north b/x=north)"
west=$(made west 1 a/x=west b=west)
page=$(($(field main Seq) + 1))
accepted "$west"
space_is a=north "a.conflict-$page/x=west" "b.conflict-$page=west" b/x=north both=north "both.conflict-$((page - 2))=south" \
	"dir/Plan.conflict-$((page - 2)).txt=south" dir/plan.txt=north dir/x=1 dir/y=south gone=kept late=north mine=2

# Stock git shows of each file who has saved it, of another name the page that gave it, and everything is there for who clones.
git clone -q "$CHANCERY_ARCHIVE" clone
git -C clone log --no-merges --format=%H -- files/lib/mine files/lib/gone >shown
git -C clone log --no-merges --format=%H -- files/lib/dir/y >>shown
printf '%s\n' "$south" "$first" "$south" | check_output shown
git -C clone log --format=%s -- "files/lib/b.conflict-$page" >shown
check_output shown <<<"registrar registers $page"
[ "$(cat "clone/files/lib/b.conflict-$page")" = west ] || fail "a clone"
check_status 0 git -C "$CHANCERY_ARCHIVE" fsck --strict

# The space is emptied in one office and saved into in the other.
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/lib/ | sed 's,files/lib/,,; s/$/=/' >all
rm -r "$TEST_DIR/north" "$TEST_DIR/west"
office_apart north
office_apart west
mapfile -t all <all
accepted "$(made north 5 "${all[@]}")"
git -C "$CHANCERY_ARCHIVE" ls-tree main files/ >left
check_output left </dev/null
accepted "$(made west 2 mine=3 new=1)"
space_is mine=3 new=1
