#!/bin/bash
# The list and its filters; what people wrote cannot forge a line or move a cursor.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals S-0007 S-0008
year=$(date -u +%Y)
check_status 0 seal-list
check_output out </dev/null
apply bob S-0007 --presses 3
apply frank S-0008 --title '=HYPERLINK("http://example.org")'
apply bob S-0008 --title '"quoted\title"'
as carol seal-approve -q d1-000001
as dave seal-approve -q --presses 2 d1-000001
as erin seal-reject -q --reason no d1-000002
use d1-000001 1 0

check_status 0 seal-list
check_output out <<END
d1-000001	S-0007	approved	bob	2	1	Desks	nothing: 1 of 2 presses are left	seals/S-0007/applications/$year/0/d1-000001
d1-000002	S-0008	rejected	frank	0	0	=HYPERLINK("http://example.org")	closed: the application was rejected	seals/S-0008/applications/$year/0/d1-000002
d1-000003	S-0008	open	bob	0	0	"quoted\title"	level 1 wants 1 more 'manager'	seals/S-0008/applications/$year/0/d1-000003
END
ids() { check_status 0 seal-list "$@" && cut -f 1 out | tr '\n' ' ' >ids; }
listed() { local expected=$1; shift; ids "$@"; [ "$(cat ids)" = "$expected" ] || fail "$* lists $(cat ids)"; }
listed 'd1-000001 ' --state approved
listed 'd1-000003 ' --state open
listed 'd1-000002 d1-000003 ' --seal S-0008
listed 'd1-000001 d1-000003 ' --person bob
listed 'd1-000001 ' --person dave
listed 'd1-000002 ' --person erin --state rejected
listed 'd1-000001 d1-000002 d1-000003 ' --since "$(date -u -d yesterday +%F)"
listed '' --since +1d
check_status 0 bash -c "$(example seal-list 1)"
check_output out </dev/null
check_status 0 seal-list --json --state open
check_output out <<END
{"id":"d1-000003","seal":"S-0008","state":"open","applicant":"bob","granted":"0","used":"0","title":"\"quoted\\\\title\"","missing":"level 1 wants 1 more 'manager'","path":"seals/S-0008/applications/$year/0/d1-000003"}
END
check_status 2 seal-list --state finished
check_has err "seal-list: --state wants open, approved, rejected, cancelled or doubtful, not 'finished'"
check_status 2 seal-list --since tomorrow
check_status 2 seal-list d1-000001
check_status 1 seal-list --seal S-0009
check_output err <<<"seal-list: NOT-ENROLLED: there is no seal 'S-0009'; see chancery-status"
check_status 1 seal-list --person bib
check_output err <<<"seal-list: there is nobody called 'bib'; see people-list"
check_status 2 as bob seal-apply --document "$TEST_DIR/contract.txt" --reason r --title "$(printf 'a\033[2Jb')" S-0007
check_has err 'seal-apply: --title wants one line'

# What was approved and not used in its time: nothing is left of it, in the list and for the applicant.
library=$(dpkg -L libfaketime | grep '/libfaketime\.so\.1$')
later() { LD_PRELOAD=$library FAKETIME=+2d "$@"; }
for until in +1d +9d; do
	apply bob S-0007 --presses 2 --not-after "$until"
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
done
check_status 0 later seal-list --seal S-0007 --state approved
cut -f 1,8 out | tail -n 2 >shown
check_output shown <<END
d1-000004	closed: the period of the application is over
d1-000005	nothing: 2 of 2 presses are left
END
check_status 0 later as bob chancery-inbox
cut -f 1 out | grep ^approved >shown
check_output shown <<END
approved.S-0007.$year.d1-000001
approved.S-0007.$year.d1-000005
END
later seal-show d1-000004 | grep -e ^missing -e ^could >shown
check_output shown <<<'missing	closed: the period of the application is over'
later seal-show d1-000005 | grep -e ^could >shown
check_output shown <<<'could	bob	Bob Li	approved: 2 presses may be done'

# Nor does one that nobody has decided on wait for anybody.
apply bob S-0007 --not-after +1d
decide() { as carol chancery-inbox | grep -c "^decide.S-0007.$year.$APPLICATION" >count; }
decide
check_status 1 later decide
check_output count <<<0
