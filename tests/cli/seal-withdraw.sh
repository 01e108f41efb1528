#!/bin/bash
# Presses are taken back as a number in all; the tool says that the seal does not know it yet, until a receipt says that it does.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
withdrawals() { seal-show "$1" | awk -F '\t' '$4 == "withdraw" { print $3 "\t" $5 "\t" $6 }'; }
apply bob S-0007 --presses 4
as carol seal-approve -q d1-000001
as dave seal-approve -q d1-000001

check_status 1 as frank seal-withdraw d1-000001
check_output err <<<"seal-withdraw: NO-AUTHORITY: 'd1-000001': 'frank' has not applied, nor holds a role of one of the levels; needed: the applicant, or somebody with the role of a level"
check_status 1 as alice seal-withdraw d1-000001
check_has err "NO-AUTHORITY: 'd1-000001': 'alice' has not applied"
check_status 2 as dave seal-withdraw --cap -1 d1-000001
check_status 0 as dave seal-withdraw -n --cap 3 d1-000001
check_output out <<<"$path/d1-000001	withdraw: Cap 3	nothing: 4 of 4 presses are left"

# Lower always, higher never, whoever it is.
check_status 0 as bob seal-withdraw --cap 3 d1-000001
cut -f 2- out >next
check_output next <<<"$path/d1-000001	registered; not yet known to the seal"
check_status 1 as dave seal-withdraw --cap 3 d1-000001
check_output err <<<"seal-withdraw: CONFLICT: 'd1-000001': a withdrawal that leaves no more presses is registered already"
check_status 0 as erin seal-withdraw --cap 2 d1-000001
withdrawals d1-000001 >known
check_output known <<END
bob	Cap 3	accepted; not yet known to the seal
erin	Cap 2	accepted; not yet known to the seal
END

# A session that shows them, and the receipt that says so.
use d1-000001 1 1
withdrawals d1-000001 >known
check_output known <<END
bob	Cap 3	accepted; known to the seal
erin	Cap 2	accepted; known to the seal
END

# What is used is what the rest is counted from; then nothing is left.
check_status 0 as dave seal-withdraw --json d1-000001
sed 's/"act":"[0-9a-f]\{64\}"/"act":"..."/' out >next
check_output next <<<"{\"act\":\"...\",\"subject\":\"$path/d1-000001\",\"next\":\"registered; not yet known to the seal\"}"
withdrawals d1-000001 | tail -n 1 >known
check_output known <<<'dave	Cap 1	accepted; not yet known to the seal'
check_status 1 as bob paper-seal session d1-000001 1 none
check_has err 'WITHDRAWN: the remaining presses were withdrawn'

# The examples, on another one; an open application may be capped, too.
apply bob S-0007 --presses 3
sed -n 's/^\.Dl \$ //p' "$SRC/docs/man/seal-withdraw.1" | sed s/000001/000002/ >examples
while read -r command; do check_status 0 as carol bash -c "$command"; done <examples
as carol seal-approve -q d1-000002
as dave seal-approve -q d1-000002
check_status 0 seal-list --state approved
grep d1-000002 out | cut -f 5,6,8 >next
check_output next <<<'0	0	closed: the remaining presses were withdrawn'
