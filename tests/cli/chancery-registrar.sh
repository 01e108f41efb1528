#!/bin/bash
# Another registrar, other administrators: by as many of them as the threshold wants; old acts and pages stay what they were.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
apply bob S-0007
as carol seal-approve -q d1-000001
field() { chancery-registrar | awk -F '\t' -v n="$1" '$1 == "registrar" { print $n }'; }
first=$(field 2)

# One administrator is enough while the threshold is 1.
check_status 1 as bob chancery-registrar rotate
check_output err <<<"chancery-registrar: NOT-ALLOWED: 'bob' does not sign as one of the archive's administrators"
as alice chancery-registrar -n rotate
[ "$(field 2)" = "$first" ] || fail '-n has done something'
check_status 0 as alice chancery-registrar rotate
check_has err "seal 'S-0007' goes on accepting the registrar before"
[ "$(cut -f 2 out)" = 'in effect' ] || fail "$(cat out)"
[ "$(field 2)" != "$first" ] || fail 'the registrar is who he was'
[ "$(field 3)" = 2 ] || fail 'not the next epoch'
as dave seal-approve -q d1-000001
check_status 0 chancery-verify -q
page() { git -C "$CHANCERY_ARCHIVE" log -1 --format=%B main | sed -n 's/^Key: //p'; }
[ "$(page)" = "$(field 2)" ] || fail 'not signed by the new registrar'

# Two of three from now on: who they are, and how many, is said by alice alone for the last time.
check_status 1 as alice people-key left alice
check_has err 'people-key: LAST-ADMINISTRATOR: 0 administrators with valid keys would be left, and 1 have to agree: appoint another first'
check_status 0 as alice chancery-registrar --threshold 2 appoint alice carol dave
[ "$(field 5)" = 2 ] || fail 'the threshold is what it was'
check_status 0 as carol chancery-registrar rotate
[ "$(cut -f 2,3 out)" = "$(printf 'waits for other administrators\t1')" ] || fail "$(cat out)"
[ "$(field 3)" = 2 ] || fail 'one is enough'
proposal=$(cut -f 1 out)
check_status 1 as carol chancery-registrar agree "$proposal"
check_output err <<<"chancery-registrar: SAME-PERSON: 'carol' has said so already"
check_status 1 as erin chancery-registrar agree "$proposal"
check_has err 'NOT-ALLOWED'
chancery-registrar | grep -q "^proposal	$proposal	registrar	carol	1	2\$" || { chancery-registrar; fail 'not shown'; }
# Who takes another key meanwhile has no voice by the one before; with the next he says it again, and is one voice.
as carol gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key 'carol 2 <carol2@example.org>' ed25519 sign never 2>/dev/null
as carol people-key -q --key carol2@example.org rotate
chancery-registrar | grep -q "^proposal	$proposal	registrar	carol	0	2\$" || { chancery-registrar; fail 'not shown'; }
check_status 0 as carol chancery-registrar agree "$proposal"
[ "$(cut -f 2,3 out)" = "$(printf 'waits for other administrators\t1')" ] || fail "$(cat out)"
check_status 1 as carol chancery-registrar agree "$proposal"
check_output err <<<"chancery-registrar: SAME-PERSON: 'carol' has said so already"
check_status 0 as dave chancery-registrar agree "$proposal"
[ "$(cut -f 2 out)" = 'in effect' ] || fail "$(cat out)"
[ "$(field 3)" = 3 ] || fail 'not the next epoch'
apply bob S-0007
check_status 0 chancery-verify -q
check_status 1 as alice chancery-registrar agree "$proposal"
check_has err 'WRONG-PREVIOUS'

# Alice may go now, her last key lost; the others appoint Erin in her place.
as alice people-key -q left alice
check_status 0 as carol chancery-registrar appoint carol dave erin
as dave chancery-registrar -q agree "$(cut -f 1 out)"
chancery-registrar | grep -c '^administrator' >count
check_output count <<<3
check_status 0 chancery-verify -q

# Whose key is lost is told when no more are left than have to agree, and when it is too few.
before=$TEST_DIR/before
cp -r "$CHANCERY_ARCHIVE" "$before"
check_status 0 as erin people-key lost
check_has out $'archive\tno more administrators have valid keys than have to agree, 2: appoint another before one more key is lost; see chancery-registrar'
check_status 0 as dave people-key lost
check_has out $'archive\t1 of the administrators that are left have valid keys, and 2 have to agree: nobody can change registrar or administrators any more'
check_status 1 as carol chancery-doctor -q
grep -qP '^wrong\tadministrators\t1 of them have valid keys, and 2 have to agree\t' out || fail "$(cat out)"
rm -r "$CHANCERY_ARCHIVE"
mv "$before" "$CHANCERY_ARCHIVE"
forget_seen

# Recovery: the registrar's machine was broken into; what it wrote behind a page is left behind, and the line goes on from there by a new key.
good=$(chancery-status | sed -n 's/^seq\t//p')
head=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
as carol seal-approve -q d1-000002
lost=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
check_status 0 as erin chancery-registrar --good "$good" recover
[ "$(cut -f 1,2 out)" = "$(printf 'waits for other administrators\t1')" ] || fail "$(cat out)"
[ "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" = "$lost" ] || fail 'one is enough'
check_status 0 as dave chancery-registrar --good "$good" recover
[ "$(git -C "$CHANCERY_ARCHIVE" rev-parse main^)" = "$head" ] || fail 'not behind the good page'
[ "$(git -C "$CHANCERY_ARCHIVE" rev-parse "refs/lost/$lost")" = "$lost" ] || fail 'what was there is lost'
[ "$(field 3)" = 4 ] || fail 'not the next epoch'
[ "$(page)" = "$(field 2)" ] || fail 'not the new registrar'
check_status 0 chancery-verify
seal-list | grep -q '^d1-000002	.*level 1 wants' || { seal-list; fail 'the approval behind the good page counts'; }
as carol seal-approve -q d1-000002
as dave seal-approve -q d1-000002
check_status 0 chancery-verify -q
chancery-export -o case.tar d1-000001
check_status 0 chancery-verify -q case.tar
chancery-export -o case2.tar d1-000002
check_status 0 chancery-verify -q case2.tar
