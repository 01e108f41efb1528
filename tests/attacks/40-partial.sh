#!/bin/bash
# What is remembered of a part of an archive is that part: what has been verified is not read again, what comes later is; and it is no memory of the whole, nor
# of what the view does not bring.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

apply_for() { as bob seal-apply -q --document "$TEST_DIR/contract.txt" --title "$1" --reason 'a contract' "$2"; }
office_seals S-0007 S-0008
serve
apply_for mine S-0007
apply_for theirs S-0008
chancery-view -q "$TEST_DIR/view" seals/S-0007
chancery-clone -q --only "$TEST_DIR/view" "$server" "$TEST_DIR/part" 2>/dev/null
part=$TEST_DIR/part
check_status 3 at part chancery-verify
missing='of 1 acts that the pages name and that are not here nothing can be told; all others hold'
check_has err "$missing"
memory=$(grep -rl 'chancery memory' "$XDG_CACHE_HOME/chancery" | head -1)
[ -s "$memory" ] || fail 'nothing was remembered'

# A page long since verified is gone: nobody looks at it, but for who wants to see everything. What is missing is still said.
page=$(git -C "$part" rev-list --first-parent --reverse main | sed -n 3p)
for pack in "$part"/objects/pack/*.pack; do
	mv "${pack%.pack}".* .
	git -C "$part" unpack-objects -q <"$(basename "$pack")"
done
mv "$part/objects/${page:0:2}/${page:2}" page
check_status 3 at part chancery-verify
check_has err "$missing"
check_status 1 at part chancery-verify --full
check_has err "object not found: $page"
mv page "$part/objects/${page:0:2}/${page:2}"
check_status 3 at part chancery-verify --full

# What has come since is verified and counts; so does what is left out of it.
as carol seal-approve -q d1-000001
check_status 0 at part chancery-sync -q
check_status 0 at part seal-list
check_has out "level 2 wants 1 more 'director'"
check_status 3 at part chancery-verify
check_has err "$missing"
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.org
before=$(git -C "$TEST_DIR/view" rev-parse view)
as carol seal-withdraw -q --cap 0 d1-000001 2>said || as bob seal-withdraw -q --cap 0 d1-000001
now=$(git -C "$TEST_DIR/view" rev-parse view)
git -C "$TEST_DIR/view" update-ref refs/heads/view "$(git -C "$TEST_DIR/view" commit-tree -m 'view of page' -p "$before" "$now^{tree}")"
check_status 1 at part chancery-sync
check_has err "is in the register not what the acts here add up to: some were left out"
git -C "$TEST_DIR/view" update-ref refs/heads/view "$now"
check_status 0 at part chancery-sync -q

# An act of the outbox that a page has named counts until it is settled; it is not remembered as if the view had brought it.
: >"$server/chancery/views"
apply_for other S-0008
as dave seal-approve -q d1-000001
chancery-view -q "$TEST_DIR/view"
check_status 0 at part chancery-sync -q
check_status 3 at part chancery-verify
cp err remembered
check_status 3 at part chancery-verify --full
diff remembered err

# Without its view, and with all that this has brought, it is an archive that lacks acts, whatever is remembered.
mv "$part/chancery/view" away
cp -r away/objects/. "$part/objects/"
rm "$part/objects/info/alternates"
check_status 1 at part chancery-verify
check_has err 'object not found'
mv away "$part/chancery/view"
check_status 3 at part chancery-verify
