#!/bin/bash
# For a person at a terminal records become tables under the names of their fields; programs get the same bytes as ever.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

# terminal COLUMNS command...: what the command prints on a terminal of that width
terminal() {
	local columns=$1
	shift
	script -qec "stty cols $columns; $*" /dev/null </dev/null | tr -d '\r' >shown
}

office_seals
as alice people-add -q --name 李博 --role employee bob

# Columns as wide as what is in them: a Chinese character takes two cells.
terminal 120 people-list
sed -E 's/[0-9a-f]{40}$/KEY/' shown >rest
check_output rest <<END
PERSON  NAME         ROLES          MAIL               KEYS
alice   Alice Zhang  administrator  none               KEY
bob     李博         employee       none               KEY
carol   Carol Wu     manager        carol@example.org  KEY
dave    Dave Xu      director       dave@example.org   KEY
erin    Erin He      manager        erin@example.org   KEY
frank   Frank Ma     employee       frank@example.org  KEY
END

# What there is no room for is cut short, or left out from the last column on; never in the middle of a character.
apply bob S-0007 --title 关于采购一百张办公桌的合同
apply bob S-0007 --title Chairs
terminal 86 seal-list
check_output shown <<END
ID         SEAL    STATE  APPLICANT  GRANTED  USED  TITLE             MISSING
d1-000001  S-0007  open   bob        0        0     关于采购一百张…   level 1 wants 1…
d1-000002  S-0007  open   bob        0        0     Chairs            level 1 wants 1…
END
terminal 79 seal-list
[ "$(grep -c PATH shown)" -eq 0 ] || fail 'a column that has no room is shown'

# A single record that has no room is shown field by field, and nothing of it is cut.
terminal 60 seal-list --person alice
check_output shown </dev/null
as carol seal-approve -q d1-000002
terminal 60 seal-list --person carol
check_output shown <<END
id         d1-000002
seal       S-0007
state      open
applicant  bob
granted    0
used       0
title      Chairs
missing    level 2 wants 1 more 'director'
path       seals/S-0007/applications/$(date -u +%Y)/0/d1-000002
END

# Everything about an application reads as its history.
as dave seal-approve -q d1-000002
use d1-000002 1 1
terminal 80 seal-show d1-000002
sed -E 's/[0-9]{4}-[0-9-]{5} [0-9:]{8}Z/TIME/; s/\b[0-9a-f]{64}$/DIGEST/' shown >rest
check_output rest <<END
application  d1-000002
title        Chairs
reason       a contract
seal         S-0007
applicant    bob, 李博
state        approved
presses      1 granted, 1 used
document     contract.txt, 13 bytes
  SHA-256    DIGEST
path         seals/S-0007/applications/$(date -u +%Y)/0/d1-000002

TIME  bob        apply: Presses 1, Photos 1
TIME  carol      approve at level 1 as manager: Presses 1
TIME  dave       approve at level 2 as director: Presses 1
TIME  registrar  seal-state: Cap 1, Status approved
TIME  bob        seal-session: Presses 1, Position 31.2304,121.4737, Photo-Mode automatic
TIME  d1         seal-record: First-Counter 1, Last-Counter 3
TIME  seal-0007  receipt 1: arm
TIME  seal-0007  receipt 2: press, with a photo
TIME  seal-0007  receipt 3: photo

missing  closed: every granted press is used
END

# JSON is for programs wherever it goes.
terminal 60 seal-list --json --person carol
grep -q '^{"id":"d1-000002".*"missing":"closed: every granted press is used"' shown

# A usage has lines that a terminal holds.
check_status 0 seal-apply --help
awk 'length > 79 { exit 1 }' out

# Digests are cut first, then what is widest; a time to the minute; a path never.
apply bob S-0007 --title Lamps --presses 2
as carol seal-approve -q d1-000003
as dave seal-approve -q d1-000003
use d1-000003 2 1
terminal 80 seal-log
sed -E 's/^[0-9]{4}-[0-9-]{5}T[0-9:]{5}…/TIME             /' shown >rest
check_output rest <<END
TIME              QUALITY SEAL   COUNTER PERSON APPLICATION POSITION       PHOTO
TIME              trusted S-0007 2       bob    d1-000002   31.2304,121.4… yes
TIME              trusted S-0007 5       bob    d1-000003   31.2304,121.4… yes
TIME              trusted S-0007 7       bob    d1-000003   31.2304,121.4… no
END
apply bob S-0007 --title Beds
as carol seal-approve -q d1-000001 d1-000004
HOME=$TEST_DIR/people/dave GNUPGHOME=$TEST_DIR/people/dave/.gnupg terminal 80 seal-approve d1-000001 d1-000004
sed -E 's/^[0-9a-f]{11}…/DIGEST      /' shown >rest
check_output rest <<END
ACT           SUBJECT                                     NEXT
DIGEST        seals/S-0007/applications/$(date -u +%Y)/0/d1-000001  nothing: 1 of 1 press…
DIGEST        seals/S-0007/applications/$(date -u +%Y)/0/d1-000004  nothing: 1 of 1 press…
END

# What the doctor says is read in lines, and nothing of it is cut; what would be accepted is said to who asks.
HOME=$TEST_DIR/people/alice GNUPGHOME=$TEST_DIR/people/alice/.gnupg terminal 60 chancery-doctor
grep -qE '^fine     register        holds up to page [0-9]+$' shown || fail "$(cat shown)"
grep -qxF '                         -> appoint another, see chancery-registrar(1): with one key lost nobody could any more' shown || fail "$(cat shown)"
! grep -q FINDING shown || fail 'a table'
HOME=$TEST_DIR/people/alice GNUPGHOME=$TEST_DIR/people/alice/.gnupg terminal 80 people-add -n --role employee gus
check_output shown <<<'would be accepted:  person  people/70/gus'
