#!/bin/bash
# Carol goes on holiday: Frank finds her work in his inbox, decides in her name, and everybody can see that he did.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
apply bob S-0007
check_status 2 as carol people-delegate --to frank
check_has err 'until when? say it with --until'
check_status 2 as carol people-delegate --until +7d
check_status 1 as carol people-delegate --to nobody --until +7d
check_output err <<<"people-delegate: NO-AUTHORITY: there is nobody called 'nobody'; see people-list"
check_status 1 as carol people-delegate --to frank --scope Manager --until +7d
check_has err 'people-delegate: MALFORMED-STATEMENT'
as carol people-delegate -n --to frank --until +7d
[ -z "$(as frank chancery-inbox)" ] || fail '-n has done something'

check_status 1 as carol people-delegate --to frank --scope manager@S-0007 --scope director --until +7d
check_output err <<<"people-delegate: NO-AUTHORITY: 'carol' does not have the role 'director'"
check_status 0 as carol people-delegate --to frank --scope manager@S-0007 --until +7d
as frank chancery-inbox >inbox
check_has inbox 'decide at level 1 as manager, as substitute of carol'
people-show frank | grep -qE '^delegation	carol	frank	manager@S-0007	.*	yes$' || { people-show frank; fail 'not shown'; }
policy-check --explain frank approve d1-000001 >explained
check_has explained 'Level: S-0007 1 manager 1 20 as substitute of carol'
check_status 0 as frank seal-approve d1-000001
check_status 0 seal-show d1-000001
check_has out 'Level 1, Role manager, Presses 1, as substitute of carol'
check_status 1 as carol seal-approve d1-000001
as dave seal-approve -q d1-000001
check_status 0 chancery-verify -q

# An extract holds, whose ground says why Frank might.
chancery-export -o before.tar d1-000001
check_status 0 chancery-verify before.tar

# She comes back; what she then ends is over, and what Frank did stays.
apply bob S-0007
check_status 1 as bob people-delegate --end --to frank carol
check_has err 'people-delegate: NOT-ALLOWED'
check_status 0 as carol people-delegate --end --to frank
check_status 1 as frank seal-approve d1-000002
check_has err "level 1 needs a 'manager', and 'frank' is not one"
check_status 1 as carol people-delegate --end --to frank
check_output err <<<"people-delegate: CONFLICT: 'frank' is not a substitute of 'carol'"
as carol seal-approve -q d1-000002
people-show carol | grep -q '^delegation' && fail 'it is still there'
check_status 0 chancery-verify -q
chancery-export -o after.tar d1-000001
check_status 0 chancery-verify after.tar
