#!/bin/bash
# A clone of some applications: what is not given is not there, what is there holds, what is missing is "cannot tell", and nobody can leave anything out.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

apply_for() { as bob seal-apply -q --document "$TEST_DIR/contract.txt" --title "$1" --reason 'a contract' "$2"; }
# acts ARCHIVE APPLICATION: the commits that have been registered about it.
acts() { git -C "$server" log --no-merges --format=%H main -- "seals/*/$1" | sort; }
view() { chancery-view -q -A "$server" "$view" "$@"; }

office_seals S-0007 S-0008
serve
view=$TEST_DIR/view
apply_for mine S-0007
apply_for theirs S-0008
apply_for 'other desks' S-0007
as carol seal-approve -q d1-000003
secret=$(git -C "$server" log --no-merges --format=%H --grep '^Act: apply$' main -- "seals/S-0008/*")

# Who gives it says what, once.
check_status 2 view
check_has err 'chancery-view: which applications? name them, or what they lie in, as in seals/S-0007'
check_status 2 view files/d1
[ ! -e "$view" ] || fail 'something is left'
check_status 0 chancery-view -A "$server" "$view" 'seals/S-0007/applications/*/*/d1-000001'
check_output out <<<"$view	$(git -C "$server" show -s --format=%s main | sed 's/.* //')	$(git -C "$server" show -s --format=%s main | sed 's/.* //')	$(cut -f 4 out)"
check_status 0 view
check_status 1 view 'seals/S-0008'
check_has err "is a view of other applications; what was given cannot be taken back: make another one"
git -C "$view" fsck --strict 2>complaints

# What is in it, and what is not.
check_status 0 chancery-clone -q --only "$view" "$server" "$TEST_DIR/part"
check_status 0 at part seal-list
cut -f 1 out >listed
check_output listed <<<d1-000001
for place in view part part/chancery/view; do
	check_status 1 git -C "$TEST_DIR/$place" cat-file -e "$secret"
done
check_status 0 at part people-list
check_status 3 at part chancery-verify
check_has err 'chancery-verify: a partial clone: of 3 acts that the pages name and that are not here nothing can be told; all others hold'
check_has out 'unknown	'
check_status 0 at part chancery-status
check_has out "view	$view"
check_status 1 chancery-view -A "$TEST_DIR/part" "$TEST_DIR/view2" seals/S-0007
check_status 0 chancery-clone -q --only "$view" "$server" "$TEST_DIR/part"

if [ -e /dev/fuse ]; then
	mkdir mnt
	check_status 1 chanceryfs -A "$TEST_DIR/part" mnt
	check_has err 'is a partial clone: it has no free files to be mounted'
fi

# Carol decides in it; the register gets it, and brings the view along, which costs no more than what is new.
before=$(git -C "$view" rev-parse view)
check_status 0 at part as carol seal-approve d1-000001
[ "$(git -C "$view" rev-list --first-parent "$before..view" | wc -l)" = 1 ] || fail 'the view did not follow once'
[ "$(git -C "$view" diff --name-only --diff-filter=A "$before" view -- pages | wc -l)" = 1 ] || fail 'other pages than the new one'
check_status 0 chancery-view -A "$server" "$view"
check_has out "	0	0"
check_status 0 at part seal-list
check_has out "level 2 wants 1 more 'director'"
# What is refused is told, too.
check_status 1 at part as carol seal-approve d1-000001
as dave seal-approve -q d1-000001
# A view that nobody brings along tells it when somebody does.
grep -Fx "$view" "$server/chancery/views" >listed
: >"$server/chancery/views"
check_status 75 at part as dave seal-reject --reason 'not now' d1-000001
view
check_status 0 at part chancery-sync
grep -E '	reject	.*	(CONFLICT|APPROVED|SAME-PERSON)	' out >refused
# One that is in the way is said, and what was registered is.
rm "$server/chancery/views"
mkdir "$TEST_DIR/none"
printf '%s\n' "$TEST_DIR/gone" "$TEST_DIR/none/x" "$view" >"$server/chancery/views"
touch "$TEST_DIR/none/x"
apply_for third S-0007 2>said
check_has said "seal-apply: warning: '$TEST_DIR/none/x' is not up to date, chancery-view brings it there: "
check_status 0 at part chancery-sync
[ "$(at part seal-list | wc -l)" = 1 ] || fail 'of another application'
printf '%s\n' "$view" >"$server/chancery/views"
check_status 3 at part chancery-verify -q

# Photos of presses are large content: a view has that of its applications beside it, and of no others; a clone gets it, unless it wants none.
oids() { git -C "$server" grep -h '^oid sha256:' main -- "seals/*/$1/photos/*" | cut -d : -f 2; }
content() { echo "lfs/objects/${1:0:2}/${1:2:2}/$1"; }
use d1-000001 1 1
as dave seal-approve -q d1-000003 # a tool, which brings the view along
use d1-000003 1 1
mine=$(oids d1-000001) theirs=$(oids d1-000003)
if [ -z "$mine" ] || [ -z "$theirs" ]; then fail 'no photos to look for'; fi
check_status 0 at part chancery-sync
for place in view part; do
	cmp "$server/$(content "$mine")" "$TEST_DIR/$place/$(content "$mine")"
	[ ! -e "$TEST_DIR/$place/$(content "$theirs")" ] || fail "$place has what it was not given"
done
check_status 0 chancery-clone -q --only "$view" --content none "$server" "$TEST_DIR/without"
[ ! -e "$TEST_DIR/without/$(content "$mine")" ] || fail 'it wanted none'
check_status 0 at without chancery-sync -q --content all
cmp "$server/$(content "$mine")" "$TEST_DIR/without/$(content "$mine")"

# Left out: a withdrawal, the table of a seal, the end of a key, a new policy. The pages are whole; what the register's tree says is not what is here.
# By whoever keeps the view: its own git.
export GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x@example.org GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x@example.org
honest() { git -C "$view" rev-parse view; }
lie() { git -C "$view" update-ref refs/heads/view "$(git -C "$view" commit-tree -m 'view of page' -p "$before" "$now^{tree}")"; }
for what in withdraw seal key policy person; do
	before=$(honest)
	case $what in
	withdraw) as bob seal-withdraw -q --cap 0 d1-000001 && subject=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001 ;;
	seal) as alice seal-table -q S-0007 && subject=seals/S-0007 ;;
	key) as erin people-key -q lost erin && subject=keys/$(fingerprint erin | cut -c 1-2)/$(fingerprint erin) ;;
	policy) sed '/^Allow: administrator policy/i Allow: auditor policy policy' "$TEST_DIR/policy" >rules && as alice policy-set -q rules && subject=policy ;;
	person) as alice people-add -q --role employee zoe && subject=people/$(printf zoe | sha256sum | cut -c 1-2)/zoe ;;
	esac
	view
	now=$(honest)
	lie
	check_status 1 at part chancery-sync
	check_has err "chancery-sync: " ": "
	[ "$what" = policy ] || check_has err "WRONG-CONTENT: '$subject' is in the register not what the acts here add up to: some were left out"
	git -C "$view" update-ref refs/heads/view "$now"
	check_status 0 at part chancery-sync
done
[ "$(at part seal-list | cut -f 1)" = d1-000001 ] || fail 'lost'

# The administrators begin anew behind an earlier page: the view goes on from there, and the clone by itself.
good=$(git -C "$server" show -s --format=%s main | sed 's/.* //')
as bob seal-cancel -q --reason mistake d1-000003
apply_for lost S-0007
view
check_status 0 at part chancery-sync
as alice chancery-registrar -q --good "$good" recover
view
check_status 0 at part chancery-sync
check_has err "the administrators have begun anew on page $((good + 1)); what was seen behind it is lost"
check_status 3 at part chancery-verify -q

# Pages that are missing, or taken back.
before=$(honest)
apply_for more S-0008
now=$(honest)
page=$(git -C "$server" show -s --format=%s main | sed 's/.* //')
GIT_INDEX_FILE=$PWD/index git -C "$view" read-tree "$now"
GIT_INDEX_FILE=$PWD/index git -C "$view" rm -q --cached "pages/0/$page"
git -C "$view" update-ref refs/heads/view "$(git -C "$view" commit-tree -m 'view of page' -p "$before" "$(GIT_INDEX_FILE=$PWD/index git -C "$view" write-tree)")"
check_status 1 at part chancery-sync
check_output err <<<"chancery-sync: WRONG-CONTENT: the view lacks page $page of the register"
git -C "$view" update-ref refs/heads/view "$now"
check_status 0 at part chancery-sync
git -C "$view" update-ref refs/heads/view "$before"
check_status 1 at part chancery-sync
check_has err 'chancery-sync: ROLLBACK: '
