#!/bin/bash
# The demo goes through, and what it leaves is for plain git and gpg to judge: good for every act, and the log of an application's path is exactly
# its acts.
. "$(dirname "$0")/../lib.sh"
[ -w /dev/fuse ] || skip 'may not open /dev/fuse'

check_status 0 unlogged "$SRC/tests/demo/demo.sh" "$TEST_DIR/d"
check_has err 'seal-approve: OWN-APPLICATION: ' 'seal-approve: NO-AUTHORITY: ' 'seal-unlock: WITHDRAWN: '
check_has out '81 WITHDRAWN' 'every file as named' '== Done'

cd "$TEST_DIR/d"
export CHANCERY_ARCHIVE=$PWD/archive
git clone -q archive clone
for key in $(git -C clone ls-files | grep '\.asc$'); do gpg --quiet --import "clone/$key" 2>/dev/null; done
[ "$(git -C clone log --format=%G? main | sort -u)" = U ] || fail 'git does not call every commit good'

chancery-verify -v >verdicts
seal=seals/S-0007/applications
awk -F '\t' -v path="$seal" 'index($6, path) && $3 == "OK" { print $2 }' verdicts | sort >ours
for commit in $(git -C clone log --no-merges --format=%H main -- "$seal"); do
	git -C clone cat-file commit "$commit" | sed '/^gpgsig /,/^ -----END/d' | sha256sum | cut -c -64
done | sort >theirs
[ -s ours ] || { cat verdicts; fail 'no acts'; }
check_output theirs <ours
