#!/bin/bash
# A header twice, or one that acts do not have, in bytes that were really signed: two programs would read two commits.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
payload carol good approve "$path" Level=1 Role=manager Presses=1
empty=$(git -C "$CHANCERY_ARCHIVE" hash-object -t tree /dev/null)
reshaped() { cat >forged && barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(signed carol forged)"; }

sed "/^tree/a tree $empty" good | reshaped
sed "/^parent/a tree $empty" good | reshaped
sed '/^author/p' good | reshaped
sed '/^author/a author erin <erin@example.org> 1700000000 +0000' good | reshaped
sed '/^committer/p' good | reshaped
sed '/^committer/a encoding ISO-8859-1' good | reshaped
sed '/^committer/a mergetag object 0000000000000000000000000000000000000000' good | reshaped
sed '/^committer/a note a header that nobody has heard of' good | reshaped
sed 's/^author .*/author erin <erin@example.org> 1700000000 +0000/' good | reshaped
sed 's/^committer \(.*\) +0000/committer \1 +0800/' good | reshaped
sed 's/^parent \(.*\)/parent \U\1/' good | reshaped

accepted "$(signed carol good)"
