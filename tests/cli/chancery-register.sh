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
# What git had unpacked is in a pack then, and not loose any more.
loose=$CHANCERY_ARCHIVE/objects/${fourth::2}/${fourth:2}
[ -f "$loose" ] || fail 'git has not unpacked it'
flock -u 8
check_status 0 chancery-register
check_has out "$(printf 'refused\t%s' "$id")"
[ ! -e "$loose" ] || fail 'it is still loose'
git cat-file -e "$fourth"
[ "$(git config receive.autogc) $(git config core.alternateRefsCommand)" = 'false true' ] || fail 'each push starts programs that it does not need'
check_status 0 chancery-verify -q --promise promise
