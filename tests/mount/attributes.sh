#!/bin/bash
# user.chancery.*: what the register says of each file, of what is not there yet, and of what was; cheap questions about others.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

attribute() { getfattr --absolute-names --only-values -n "user.chancery.$1" "$2"; }
names() { getfattr --absolute-names -d "$1" 2>/dev/null | sed -n 's/=.*//p' | sort | tr '\n' ' '; }

archive
drive -o commit=3600
F=$DRIVE/files/lib/f
mkdir "$DRIVE/files/lib"
echo one >"$F"
[ "$(attribute state "$F")" = journalled ] || fail "$(attribute state "$F")"
[ "$(attribute sha256 "$F")" = "$(sha256sum <"$F" | cut -c 1-64)" ] || fail "sha256"
check_status 1 getfattr -n user.chancery.act "$F"
check_has err 'No such attribute'
[ "$(names "$F")" = 'user.chancery.sha256 user.chancery.state ' ] || fail "$(names "$F")"
first=$(chancery-commit | cut -f 1)
received=$(git -C "$CHANCERY_ARCHIVE" log -1 --format=%cd --date=format:%Y-%m-%dT%H:%M:%SZ main)

[ "$(attribute state "$F")" = registered ] || fail "$(attribute state "$F")"
[ "$(attribute act "$F")" = "$first" ] || fail "act"
[ "$(attribute signer "$F")" = d1 ] || fail "signer"
[ "$(attribute time "$F")" = "$received" ] || fail "time"
[ -z "$(attribute for "$F")" ] || fail "for $(attribute for "$F")"
[ "$(names "$F" | wc -w)" = 6 ] || fail "$(names "$F")"

# Another file saved later changes nothing of that; this one does, and what was is what it was.
echo other >"$DRIVE/files/lib/g"
chancery-commit -q
[ "$(attribute act "$F")" = "$first" ] || fail "another act"
page=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
echo two >"$F"
second=$(chancery-commit | cut -f 1)
[ "$(attribute act "$F")" = "$second" ] || fail "the first act"
past=$DRIVE/history/$page/files/lib/f
[ "$(attribute act "$past")" = "$first" ] || fail "of the past"
[ "$(attribute sha256 "$past")" = "$(echo one | sha256sum | cut -c 1-64)" ] || fail "sha256 of the past"
for version in "$DRIVE"/history/by-file/files/lib/f/*; do attribute act "$version"; echo; done >acts
check_output acts <<<"$first
$second"
[ "$(attribute act "$DRIVE/history/$second/files/lib/f")" = "$second" ] || fail "of an act"

# Records, by the person who signed them; directories, and names of others, have none; nobody sets one.
policy=$(find "$DRIVE/policy" -type f | head -n 1)
[ "$(attribute signer "$policy")" = alice ] || fail "$(attribute signer "$policy")"
[ -z "$(names "$DRIVE/files/lib")" ] || fail "a directory"
check_status 1 getfattr -n user.other "$F"
check_status 1 setfattr -n user.chancery.act -v x "$F"
[ "$(attribute act "$F")" = "$second" ] || fail "set"

# A renamed file was brought by the act that has it by that name.
mv "$F" "$DRIVE/files/lib/h"
[ "$(attribute state "$DRIVE/files/lib/h")" = journalled ]
third=$(chancery-commit | cut -f 1)
[ "$(attribute act "$DRIVE/files/lib/h")" = "$third" ] || fail "renamed"

# Asked about one after the other, whatever order they were changed in, each has its own: as when all versions of each are looked for (history/). A to B and back, gone and back,
# renamed, in a directory that was away, two in one act.
many=$DRIVE/files/lib/many
mkdir "$many"
for name in a b c d e; do echo "$name" >"$many/$name"; done
for change in 'mv $many $many.away' 'mv $many.away $many' 'echo B >$many/a' 'echo x >$many/new' 'echo a >$many/a' 'rm $many/b' 'echo b >$many/b; echo C >$many/c' \
	'mv $many/d $many/f' 'echo last >$many/g'; do
	chancery-commit -q
	eval "$change"
done
chancery-commit -q
# acts_of [OPTION of sort]: asked in that order.
acts_of() {
	local name
	find "$many" -type f -printf '%f\n' | sort "$@" | while read -r name; do echo "$name $(attribute act "$many/$name")"; done | sort
}
acts_of >files.acts
[ "$(wc -l <files.acts) $(cut -d ' ' -f 2 files.acts | sort -u | wc -l)" = '7 6' ] || fail "$(cat files.acts)"
acts_of -r | diff files.acts -
many=$DRIVE/history/$(last_day)/files/lib/many
acts_of | diff files.acts -
many=$DRIVE/files/lib/many
echo again >"$many/e"
chancery-commit -q
check_status 1 diff files.acts <(acts_of)
mv out different
[ "$(grep '^>' different | cut -d ' ' -f 1,2)" = '> e' ] || fail "$(cat different)"

# Large content has its own name; where it is not, the state says so.
head -c 3000 /dev/urandom >photo
digest=$(sha256sum <photo | cut -c 1-64)
cp photo "$DRIVE/files/lib/photo.jpg"
chancery-commit -q
[ "$(attribute sha256 "$DRIVE/files/lib/photo.jpg")" = "$digest" ] || fail "large"
[ "$(attribute state "$DRIVE/files/lib/photo.jpg")" = registered ] || fail "large"
content=$CHANCERY_ARCHIVE/lfs/objects/${digest:0:2}/${digest:2:2}/$digest
mv "$content" kept
[[ "$(attribute state "$DRIVE/files/lib/photo.jpg")" == "missing: "*"$digest"* ]] || fail "$(attribute state "$DRIVE/files/lib/photo.jpg")"
mv kept "$content"
[ "$(attribute state "$DRIVE/files/lib/photo.jpg")" = registered ] || fail "back again"

# Refused: the reason is there.
sed 's,Allow: device save files/\*\*,Allow: device save files/lib,' "$TEST_DIR/policy" >narrow
as alice policy-set -q narrow
mkdir "$DRIVE/files/forbidden"
echo x >"$DRIVE/files/forbidden/x"
check_status 1 chancery-commit
[[ "$(attribute state "$DRIVE/files/forbidden/x")" == "refused: NOT-ALLOWED"* ]] || fail "$(attribute state "$DRIVE/files/forbidden/x")"
drive_end
