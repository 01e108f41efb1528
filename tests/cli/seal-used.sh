#!/bin/bash
# A session whose record was never brought in comes with the receipts of the next one: each press counts for the application that it was made for.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
for _ in 1 2; do
	apply bob S-0007 --presses 3
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
done

as bob paper-seal session d1-000001 2 none
paper-seal press "$TEST_DIR/S-0007" d1-000001 2 0
use d1-000002 1 1

seal-list | cut -f 1,5,6,8 >used
check_output used <<END
d1-000001	3	2	nothing: 1 of 3 presses are left
d1-000002	3	1	nothing: 2 of 3 presses are left
END
check_status 1 as bob paper-seal session d1-000001 2 none
check_has err 'TOO-MANY-PRESSES: asks for 2 presses; 1 remain'
check_status 0 as bob paper-seal session d1-000001 1 none
