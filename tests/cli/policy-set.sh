#!/bin/bash
# The next policy is judged by the one in force, and counts from then on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

version() { chancery-status | awk -F '\t' '$1 == "policy" { print $2 }'; }

office
{ cat "$TEST_DIR/policy"; echo 'Level: S-0008 1 manager 1 5'; } >next
grep -v ' policy policy$' "$TEST_DIR/policy" >last

check_status 0 as alice policy-set -n next
check_output out </dev/null
[ "$(version)" = 1 ] || fail '-n set it'
check_status 1 as bob policy-set -n next
check_output err <<<"policy-set: NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to policy 'policy'"

check_status 0 as alice policy-set next
check_output out <<<"$(forge id "$(git -C "$CHANCERY_ARCHIVE" rev-parse main^2)")$(printf '\tpolicy')"
[ "$(version)" = 2 ] || fail "version $(version)"
git -C "$CHANCERY_ARCHIVE" show main:policy/rules.2 | check_output next
check_status 0 as alice policy-set -q - <"$TEST_DIR/policy"
[ "$(version)" = 3 ] || fail "version $(version)"

# Which files are large the register says in main, where git looks for it: as the archive's record has it, then as the last policy that says anything.
attributes() { git -C "$CHANCERY_ARCHIVE" show main:.gitattributes >out; }
attributes
[ "$(grep -c '^files/' out)" = "$(git -C "$CHANCERY_ARCHIVE" show main:archive/record | grep -c '^Large: ')" ] || fail "$(cat out)"
{ cat next; printf 'Large: *.%s\n' jpg MOV; } >large
check_status 0 as alice policy-set -q large
attributes
check_output out <<'END'
files/**/*.jpg filter=lfs diff=lfs merge=lfs -text
seals/**/photos/*.jpg filter=lfs diff=lfs merge=lfs -text
files/**/*.MOV filter=lfs diff=lfs merge=lfs -text
END
check_status 0 as alice policy-set -q next
attributes
[ "$(wc -l <out)" = 3 ] || fail 'a policy that says nothing has changed it'
check_status 0 as alice policy-set -q <(cat next; echo 'Large: none')
check_status 128 attributes
check_status 0 as alice policy-set -q next
[ "$(version)" = 7 ] || fail "version $(version)"
check_status 0 chancery-verify -q --full

sed 's/^Format: 1/Format: 2/' next >bad
check_status 1 as alice policy-set bad
check_output err <<<"policy-set: MALFORMED-RECORD: policy, line 1: begins with 'Format: 1'"
check_status 74 as alice policy-set nowhere
check_status 2 as alice policy-set

# A policy that brings a right does not give it to the act that brings it; one that takes its own successor away is the last.
sed 's/administrator policy policy/employee policy policy/' next >coup
check_status 1 as bob policy-set coup
check_has err 'NOT-ALLOWED'
check_status 1 as alice policy-set last
check_output err <<<"policy-set: nobody with a valid key could ever set another policy: let 'Allow: ROLE policy policy' name a role that somebody has, or say --last"
sed 's/administrator policy policy/king policy policy/' next >kings
check_status 1 as alice policy-set -n kings
check_has err 'name a role that somebody has'
[ "$(version)" = 7 ] || fail "version $(version)"
check_status 0 as alice policy-set -q --last last
check_status 1 as alice policy-set next
check_has err 'NOT-ALLOWED'
[ "$(version)" = 8 ] || fail "version $(version)"
check_status 0 chancery-verify
