#!/bin/bash
# An archive is founded, people come in, a policy is put into force; plain git tells the same story.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

office

git -C "$CHANCERY_ARCHIVE" log --first-parent --format=%s main >pages
check_output pages <<END
registrar registers 7
registrar registers 6
registrar registers 5
registrar registers 4
registrar registers 3
registrar registers 2
registrar registers 1
alice founds archive
END
git -C "$CHANCERY_ARCHIVE" fsck --strict >out 2>&1 || fail "$(cat out)"
git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%s main | grep -vF register | sed 's,keys/../[0-9a-f]*,keys/...,; s,people/../,people/,' | sort >acts
check_output acts <<END
alice admits keys/...
alice admits keys/...
alice admits keys/...
alice admits keys/...
alice admits keys/...
alice admits keys/...
alice describes people/alice
alice describes people/bob
alice describes people/carol
alice describes people/dave
alice describes people/erin
alice describes people/frank
alice founds archive
alice sets policy
END

# Nobody founds a second time, and only what is an archive is opened.
check_status 74 as alice chancery-init -q "$CHANCERY_ARCHIVE" alice
check_has err "cannot create archive"
check_status 2 as bob policy-set
check_status 1 as bob policy-set "$TEST_DIR/policy"
check_has err "NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to policy 'policy'"
check_status 0 as alice policy-set "$TEST_DIR/policy"
