#!/bin/bash
# A registrar who acknowledges an act and leaves it out: the clone that has his promise says so, and keeps it. What he has not signed accuses nobody.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../promises.sh"

desk

# Control: kept, and forgotten.
apply bob S-0007
at desk chancery-sync -q
check_status 0 at desk as carol seal-approve "$APPLICATION"
move_on
check_status 0 at desk chancery-sync
[ -z "$(promised)" ] || fail "$(promised)"
name=$(git -C "$server" for-each-ref --format='%(refname:lstrip=3)' "refs/promises/$client/")
git -C "$server" show "refs/promises/$client/$name" >kept

# Of an act that is on no page, given long ago.
omitted=$(printf %064d 7)
promise() { sed "/^-----BEGIN/,\$d; s/^Act: .*/Act: $omitted/; $1" kept | forge promise; }
promise 's/^Time: .*/Time: 2026-01-01T00:00:00Z/' >broken
offer broken broken
move_on
check_status 1 at desk chancery-sync
check_output err <<<"chancery-sync: PROMISE: act $omitted was promised and is on no page: the promise has not been kept; the registrar's word is kept as refs/promises/$client/broken"
git -C "$TEST_DIR/desk" show "refs/promises/$client/broken" | cmp - broken
git -C "$server" update-ref -d "refs/promises/$client/broken"
move_on
check_status 1 at desk chancery-sync
page="$(git -C "$server" show -s --format=%B main | sed -n 's/^Seq: //p'):$(git -C "$server" rev-parse main)"
move_on
check_status 0 at desk chancery-sync --follow "$page"
git -C "$TEST_DIR/desk" show refs/forks/promise-broken | cmp - broken

# Given just now: too early to tell. By somebody else: nobody's word.
promise '' >early
offer early early
sed "s/^Act: .*/Act: $omitted/" kept >forged
offer forged forged
echo rubbish >rubbish
offer rubbish rubbish
head -c 2000000 /dev/zero | tr '\0' '\n' >endless
offer endless endless
git -C "$server" update-ref "refs/promises/$client/directory" 'main^{tree}'
git -C "$server" update-ref "refs/promises/$client/page" main
move_on
check_status 0 at desk chancery-sync
[ "$(promised)" = early ] || fail "$(promised)"
