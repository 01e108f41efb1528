#!/bin/bash
# What was received is registered, whoever sent it, once; the sender is answered, with a promise.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

office_seals
apply bob S-0007 --presses 2
pushing
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
queue() { git for-each-ref --format='%(refname)' refs/acts; }
act() { as "$1" forge act approve "$path" "${@:2}"; }
head_of() { git rev-parse main; }

# Accepted; main has moved, nothing waits, and the promise names act, page and head.
first=$(at_client act carol Level=1 Role=manager Presses=2)
id=$(at_client forge id "$first")
check_status 0 push "$first"
remote >said
check_output said <<END
accepted $id: carol approves $path
promise refs/promises/d2/$first acts 1, page $(field main Seq), head $(head_of)
END
[ -z "$(queue)" ] || fail 'something still waits'
git fetch -q "$CHANCERY_ARCHIVE" "refs/promises/d2/$first"
git cat-file blob FETCH_HEAD >promise
sed '/^-----BEGIN/,$d; /^Time: /d' promise >said
check_output said <<END
Format: 1
Kind: promise
Archive: $(field main Archive)
Seq: $(field main Seq)
Head: $(head_of)
Act: $id
END
check_status 0 chancery-verify -q --promise promise

# Pushed again, as after an answer that was lost: the same answer, and no other page.
page=$(head_of)
check_status 0 push "$first" again
remote >said
check_has said "accepted $id: carol approves $path"
[ "$(head_of)" = "$page" ] || fail 'registered twice'

# Refused: on record all the same; which line, and who could.
second=$(at_client act frank Level=2 Role=director Presses=1)
id=$(at_client forge id "$second")
check_status 0 push "$second"
remote >said
check_has said "refused $id: NO-AUTHORITY: level 2 needs a 'director', and 'frank' is not one; line 13 of the policy is 'Level: S-0007 2 director 1 20'; needed: another 'director': dave"
[ "$(field main Refused)" = "$id NO-AUTHORITY" ] || fail 'not on record'
git show "refs/promises/d2/$second" >promise
check_status 0 chancery-verify -q --promise promise

# By hand: what waits is listed and registered.
third=$(act dave Level=2 Role=director Presses=2)
git update-ref refs/acts/d3/third "$third"
check_status 0 chancery-register -n
check_output out <<<"$(printf 'refs/acts/d3/third\t%s' "$third")"
check_status 0 chancery-register
check_output out <<<"$(printf 'accepted\t%s\t%s\t' "$(forge id "$third")" "$path")"
check_status 0 chancery-register
check_output out </dev/null
check_status 0 chancery-verify -q

# What is nobody's is dropped, and is in nobody's way.
unsigned=$(as frank forge act withdraw "$path" Cap=0 Actor=erin)
git update-ref refs/acts/d3/a "$unsigned"
git update-ref refs/acts/d3/b "$(git rev-parse main)"
git update-ref refs/acts/d3/c/d "$third"
git update-ref refs/acts/d3/e "$(as bob forge act cancel "$path" Reason='bought elsewhere')"
check_status 1 chancery-register
check_has out "$(printf 'accepted\t')"
check_has err "commit $unsigned is dropped: KEY-OWNER: the key belongs to 'frank', not to 'erin'" 'refs/acts/d3/b is dropped: WRONG-SUBJECT' \
	'refs/acts/d3/c/d is dropped: not a name of the form refs/acts/<client>/<name>'
[ -z "$(queue)" ] || fail 'something still waits'
check_status 0 chancery-verify -q

# While somebody else holds the lock nobody registers; what came in is promised all the same, and registered by whoever comes next.
pull
fourth=$(at_client as bob forge act withdraw "$path" Cap=1)
id=$(at_client forge id "$fourth")
sed -i 's/--answer/& --wait 0/' "$CHANCERY_ARCHIVE/hooks/post-receive"
page=$(head_of)
exec 8>"$CHANCERY_ARCHIVE/chancery/lock"
flock 8
check_status 0 push "$fourth"
remote >said
check_has said "waiting $id: somebody else holds the lock of '$CHANCERY_ARCHIVE'; try again; received, and registered as soon as that is over" \
	"promise refs/promises/d2/$fourth acts 1, page $(field main Seq), head $page"
git show "refs/promises/d2/$fourth" >promise
check_status 3 chancery-verify -q --promise promise
check_output err <<<"chancery-verify: act $id is not on a page yet; it must be on one a day after the promise"
check_status 75 chancery-register --wait 0
received() { find "$CHANCERY_ARCHIVE/objects/pack" -name 'pack-*.idx' ! -name 'pack-chancery-*' | wc -l; }
[ "$(received)" = 1 ] || fail 'git has not stored it as a pack'
flock -u 8
check_status 0 chancery-register
check_has out "$(printf 'refused\t%s' "$id")"
check_status 0 chancery-verify -q --promise promise

# What git had stored of it is in a pack of ours then, and goes: what it has unpacked, as it may be set to; and packs, also when they have something that the archive
# had and that others of the push lean on. What has anything else stays, and what somebody keeps.
[ "$(received)" = 0 ] || fail 'git has it still'
pull
sed -i '/^Allow: administrator policy/i Allow: auditor policy policy' "$TEST_DIR/policy"
cp "$TEST_DIR/policy" policy
flock 8
push "$(at_client as alice forge act -f policy=policy policy policy Version=2)"
thin=$(find "$CHANCERY_ARCHIVE/objects/pack" -name 'pack-*.idx' ! -name 'pack-chancery-*')
[ "$(git show-index <"$thin" | wc -l)" -gt 3 ] || fail 'nothing was added to the pack'
git config receive.unpackLimit 100
fifth=$(at_client as bob forge act withdraw "$path" Cap=0)
push "$fifth"
loose=$CHANCERY_ARCHIVE/objects/${fifth::2}/${fifth:2}
[ -f "$loose" ] || fail 'git has not unpacked it'
git config receive.unpackLimit 1
echo precious | git hash-object -w --stdin | git pack-objects -q objects/pack/pack >other
git prune-packed
git rev-parse main | git pack-objects -q objects/pack/pack >kept
touch "$CHANCERY_ARCHIVE/objects/pack/pack-$(cat kept).keep"
flock -u 8
check_status 0 chancery-register
[ ! -e "$loose" ] || fail 'it is still loose'
find "$CHANCERY_ARCHIVE/objects/pack" -name 'pack-*.idx' ! -name 'pack-chancery-*' -printf '%f\n' | sort >left
sort other kept | sed 's/.*/pack-&.idx/' | check_output left
git cat-file -e "$fifth"
git fsck --strict --no-dangling
[ "$(git config receive.autogc) $(git config core.alternateRefsCommand)" = 'false true' ] || fail 'each push starts programs that it does not need'
