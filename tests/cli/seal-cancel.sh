#!/bin/bash
# Only the applicant takes an application back, decided or not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
apply bob S-0007
apply bob S-0007
as carol seal-approve -q d1-000002
as dave seal-approve -q d1-000002

check_status 2 as bob seal-cancel d1-000001
for person in alice carol dave frank; do
	check_status 1 as "$person" seal-cancel --reason no d1-000001
	check_output err <<<"seal-cancel: NOT-APPLICANT: 'd1-000001': only the applicant may do this"
done
check_status 0 as bob seal-cancel -n --reason 'wrong document' d1-000001
check_output out <<<"$path/d1-000001	cancel: Reason wrong document	level 1 wants 1 more 'manager'"
check_status 0 as bob bash -c "$(example seal-cancel 1)"
cut -f 2- out >next
check_output next <<<"$path/d1-000001	closed: the application was cancelled"
check_status 1 as carol seal-approve d1-000001
check_output err <<<"seal-approve: CANCELLED: 'd1-000001': the application was cancelled"
check_status 1 as bob seal-cancel --reason again d1-000001
check_has err 'CANCELLED:'

check_status 0 as bob seal-cancel -q --reason late d1-000002
check_status 1 as bob paper-seal session d1-000002 1 none
check_has err 'CANCELLED: the application was cancelled'
