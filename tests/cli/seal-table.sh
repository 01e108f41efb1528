#!/bin/bash
# The table says of everybody what the archive says, names who cannot be in it, and rises with each version.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
persons() { sed -n 's/^Person: \([^ ]*\) [0-9a-f]* [0-9a-f]* /\1 /p' "$1"; }

check_status 0 bash -c "$(example seal-table 1)"
sed -E 's/[0-9a-f]{64}/POINT/; s/[0-9a-f]{40}/KEY/; s/[0-9a-f]{32}$/ID/' out >table
check_output table <<'END'
Format: 1
Archive: ID
Seal: S-0007
Version: 1
Registrar: KEY POINT
Level: 1 manager 1 20
Level: 2 director 1 20
Person: alice KEY POINT administrator
Person: bob KEY POINT employee
Person: carol KEY POINT manager
Person: dave KEY POINT director
Person: erin KEY POINT manager
Person: frank KEY POINT employee
END
grep -qF "Person: bob $(fingerprint bob) " out || fail "bob's key is not in the table"
cp out text

# Nobody but who the policy lets; -n is for everybody.
check_status 0 seal-table -n S-0007
check_status 1 as bob seal-table S-0007
check_output err <<<"seal-table: NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to seal-table 'seals/S-0007'"
check_status 1 seal-table -n S-0009
check_output err <<<"seal-table: NOT-ENROLLED: there is no seal 'S-0009'; see seal-enrol"
check_status 2 seal-table -n
check_status 2 as alice seal-table --earlier 3 S-0007

check_status 0 as alice bash -c "$(example seal-table 2)"
cut -f 2 out >subject
check_output subject <<<seals/S-0007
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/table.1 >registered
check_output registered <text

# Who has no Ed25519 key is named; who may not use the seal is not in it; a new key takes the place of the old one.
mkdir -p "$TEST_DIR/people/grace/.gnupg" "$TEST_DIR/people/new/.gnupg"
chmod 700 "$TEST_DIR/people/grace/.gnupg" "$TEST_DIR/people/new/.gnupg"
as grace gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key grace rsa2048 sign never 2>/dev/null
office_person grace Grace manager
make_person heidi
office_person heidi Heidi guest
check_status 0 as alice seal-table S-0007
check_output err <<<"seal-table: 'grace' is not usable at the seal: no Ed25519 key"
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/table.2 >registered
persons registered | cut -d ' ' -f 1 | xargs >ids
check_output ids <<<'alice bob carol dave erin frank'
as new gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key bob ed25519 sign never 2>/dev/null
as new people-key --key "$(fingerprint new)" prove bob >new.asc
as alice people-add -q --name 'Bob Li' --role employee --key "$PWD/new.asc" bob
seal-table -n S-0007 >table 2>/dev/null
check_has table "Person: bob $(fingerprint new) "

# The policies it accepts: the one in force, and as many before it as are asked for.
accepts() { git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%B main -- seals/S-0007 | sed -n 's/^Accepts-Policy: //p'; }
first=$(sha256sum <"$TEST_DIR/policy" | cut -d ' ' -f 1)
[ "$(accepts)" = "$first" ] || fail 'not the policy in force'
sed 's/ 2 director 1 20$/ 2 director 1 10/' "$TEST_DIR/policy" >policy
as alice policy-set -q policy
second=$(sha256sum <policy | cut -d ' ' -f 1)
as alice seal-table -q S-0007 2>/dev/null
[ "$(accepts)" = "$second" ] || fail 'not the policy in force'
as alice seal-table -q --earlier 2 --not-after +1d S-0007 2>/dev/null
[ "$(accepts)" = "$second $first" ] || fail 'not two policies'
sed -i /^Level/d policy
as alice policy-set -q policy
check_status 1 as alice seal-table S-0007
check_output err <<<"seal-table: NOT-ALLOWED: the policy has no levels for seal 'S-0007'"

# What was decided with a key that has ended, or is not the newest, is closed by the next table, which says so.
office_allows 'administrator key-end keys/**'
apply frank S-0007
as carol seal-approve -q "$APPLICATION"
as alice people-key -q lost carol
apply bob S-0007
check_status 0 as alice seal-table S-0007
grep ' warning: ' err >warned
check_output warned <<END
seal-table: warning: closed for 'd1-000001': 'carol' signed with a key that has ended since: apply again
seal-table: warning: closed for 'd1-000002': 'bob' signed with a key that is not his newest, which alone the seal's table has: apply again
END
