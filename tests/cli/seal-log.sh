#!/bin/bash
# The use of seals, press by press and in total.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

today=$(date -u +%F)
office_seals S-0007 S-0008
approved() {
	apply "$@"
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
}
approved bob S-0007 --presses 5
approved frank S-0008 --presses 2
check_status 0 seal-log
check_output out </dev/null

use d1-000001 2 1
use d1-000001 1 1
as frank paper-seal session d1-000002 2 none
paper-seal press "$TEST_DIR/S-0008" d1-000002 1 0
paper-seal record "$TEST_DIR/S-0008" d1-000002

logged() { check_status 0 seal-log "$@" && cut -f 2- out >logged; }
logged
check_output logged <<END
trusted	S-0007	2	bob	d1-000001	31.2304,121.4737	yes
trusted	S-0007	4	bob	d1-000001	31.2304,121.4737	no
trusted	S-0007	6	bob	d1-000001	31.2304,121.4737	yes
trusted	S-0008	2	frank	d1-000002	none	no
END
logged S-0008
check_output logged <<<'trusted	S-0008	2	frank	d1-000002	none	no'
[ "$(seal-log --person bob S-0007 S-0008 | wc -l)" -eq 3 ] || fail 'bob pressed three times'
[ "$(seal-log --until "$today" | wc -l)" -eq 0 ] || fail 'nobody pressed before today'
[ "$(seal-log --since "$today" --until +1d | wc -l)" -eq 4 ] || fail 'four presses today'
echo 'thirteen desks' >other.txt
[ "$(seal-log --document "$TEST_DIR/contract.txt" | wc -l)" -eq 4 ] || fail 'four presses for the contract'
[ "$(seal-log --document contract.txt --person frank | wc -l)" -eq 1 ] || fail 'one press for the contract by frank'
[ "$(seal-log --document other.txt | wc -l)" -eq 0 ] || fail 'no press for another document'
check_status 74 seal-log --document nowhere/contract.txt
check_has err "cannot read 'nowhere/contract.txt': No such file or directory"
check_status 0 seal-log --totals
check_output out <<END
S-0007	bob	3	2
S-0008	frank	1	0
END
check_status 0 seal-log --totals --json S-0008
check_output out <<<'{"seal":"S-0008","person":"frank","presses":"1","photos":"0"}'
check_status 1 seal-log S-0009
check_output err <<<"seal-log: NOT-ENROLLED: there is no seal 'S-0009'; see chancery-status"
check_status 2 seal-log --since never

check_status 0 bash -c "$(example seal-log 1)"
check_status 0 bash -c "$(example seal-log 2)"
cut -f 4 out >counters
check_output counters <<END
4
2
END
check_status 0 bash -c "$(example seal-log 3)"

check_status 0 bash -c "$(example seal-log 4)"

# A photo that comes with a later record still belongs to its press; one of somebody else's picture is no evidence at all.
as bob paper-seal session d1-000001 1 none
paper-seal press "$TEST_DIR/S-0007" d1-000001 1 1
sed 's/^Watch: photo ./Watch: photo 0/' "$TEST_DIR/S-0007.receipts" >changed
cmp -s changed "$TEST_DIR/S-0007.receipts" && sed 's/^Watch: photo ./Watch: photo 1/' "$TEST_DIR/S-0007.receipts" >changed
cp "$TEST_DIR/S-0007.receipts" kept
cp changed "$TEST_DIR/S-0007.receipts"
check_status 1 paper-seal record "$TEST_DIR/S-0007" d1-000001
check_has err 'BAD-SIGNATURE: the signature of receipt 10 does not fit'
cp kept "$TEST_DIR/S-0007.receipts"
check_status 0 paper-seal record "$TEST_DIR/S-0007" d1-000001
