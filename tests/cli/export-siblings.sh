#!/bin/bash
# A withdrawal drawn up before the approvals that were registered first is a sibling of theirs: the extract has both ends of the chain.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
apply bob S-0007 --presses 3
SUBJECT=$(git -C "$CHANCERY_ARCHIVE" ls-tree -rd --name-only main | grep "/$APPLICATION$")
applied=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H main -- "$SUBJECT")
withdrawal=$(as bob forge act -p "$applied" withdraw "$SUBJECT" Cap=1)
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
as bob forge register "$withdrawal" >registered
check_has registered OK

chancery-export -q -o a.tar "$APPLICATION"
check_status 0 chancery-verify -q a.tar
tar -xf a.tar
cd ./*-"$APPLICATION"
git bundle list-heads chain.bundle | cut -d ' ' -f 2 >../heads
cd ..
check_output heads <<END
HEAD
refs/heads/act-3
refs/heads/main
END
git clone -q ./*/chain.bundle chain
[ "$(git -C chain log --all --format=%H | wc -l)" -eq 4 ] || fail 'not four acts'
[ "$(git -C chain rev-parse origin/main)" = "$withdrawal" ] || fail 'main is not the last act'
sed -n 's/^    //p' ./*/README >commands
(cd ./*-"$APPLICATION" && bash -eu -o pipefail ../commands) >said 2>&1 || { cat said; fail 'a command of README failed'; }
! grep -nwE 'BAD|MISSING|fatal|error' said || fail 'stock tools found something'
