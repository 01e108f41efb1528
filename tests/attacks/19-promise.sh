#!/bin/bash
# A register that is taken back, or that goes on differently: what it promised proves it. And references that are moved about by those who push.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

pushing_approval
id=$(at_client forge id "$approval")
before=$(main) pages=$(field main Seq)
check_status 0 push "$approval"
git -C "$CHANCERY_ARCHIVE" show "refs/promises/d2/$approval" >promise
after=$(main)
verdict() {
	forget_seen # the promise alone is to tell
	check_status "$1" chancery-verify -q --promise promise
	if [ "$1" -eq 0 ]; then check_output err </dev/null; else check_output err <<<"chancery-verify: $2"; fi
}
verdict 0

# Taken back: the register itself is good, and has fewer pages than it had.
git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"
forget_seen
check_status 0 chancery-verify -q
verdict 1 "WRONG-PREVIOUS: the register had $((pages + 1)) pages and has $pages: pages have been taken back"

# Gone on differently: as many pages, every one of them good.
forge register "$(as bob forge act cancel "$path" Reason=other)" >verdict
check_status 0 chancery-verify -q
verdict 1 "WRONG-PREVIOUS: page $((pages + 1)) of the register was another one: this is a fork"
git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$after"
verdict 0

# Not registered: a page that is a day younger than the promise leaves the act out.
registrar=$CHANCERY_ARCHIVE/chancery/keys/registrar
omitted=${id::56}00000000
promise() { sed "/^-----BEGIN/,\$d; s/^Act: .*/Act: $omitted/; $1" promise | forge promise >other; }
promise ''
check_status 3 chancery-verify -q --promise other
check_output err <<<"chancery-verify: act $omitted is not on a page yet; it must be on one a day after the promise"
promise 's/^Time: .*/Time: 2026-01-01T00:00:00Z/'
check_status 1 chancery-verify -q --promise other
check_output err <<<"chancery-verify: act $omitted was promised and is on no page: the promise has not been kept"

# What the registrar has not signed is no promise.
mv promise good
sed "s/^Act: .*/Act: $omitted/" good >promise
verdict 1 'BAD-SIGNATURE: nobody has promised anything: the signature does not fit the bytes and the key'
sed '/^-----BEGIN/,$d' good >text
{ cat text; as carol gpg --quiet --batch --armor --detach-sign -o - text; } >promise
verdict 1 'WRONG-KEY: not signed by the registrar: nobody has promised anything'
sed '/^Kind:/d' good >promise
verdict 1 'MALFORMED-RECORD: not a promise of format 1; see chancery-promise(5)'
mv good promise
rm -rf "$TEST_DIR/other"
as alice chancery-init -q "$TEST_DIR/other" alice
check_status 1 chancery-verify -q --promise promise "$TEST_DIR/other"
check_has err 'WRONG-ARCHIVE: a promise of archive'
[ -f "$registrar" ] || fail 'no registrar'

# The tip of one subject under the name of another, or an old one again: names mean nothing, and nothing happens.
page=$(main)
check_status 0 git -C "$CLIENT" push --quiet "$CHANCERY_ARCHIVE" "$(git -C "$CLIENT" rev-parse main^2):refs/acts/d9/$approval"
[ "$(main)" = "$page" ] || fail 'the register has moved'
check_status 0 chancery-verify -q
