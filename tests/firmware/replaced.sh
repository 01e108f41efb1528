#!/bin/bash
# A device is retired and another takes its place: the old one, when it turns up, hands in what it has and stays locked; the new one takes what is approved for it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
office_allows 'administrator seal-retire seals/*'
as alice seal-table -q --earlier 1 S-0007
approved --presses 5
old=$APPLICATION
check_status 0 unlock --presses 1

# Lost with a press that nobody has brought in.
cat >"$TEST_DIR/fatal" <<-END
	#!/bin/sh
	for photo in $CHANCERY_ARCHIVE/chancery/spool/*/*.jpg; do [ ! -e "\$photo" ] || kill -9 \$PPID; done
	camera $TEST_DIR/seal.pgm
END
chmod +x "$TEST_DIR/fatal"
check_status 137 unlock --presses 2 --camera "exec $TEST_DIR/fatal"
check_status 0 as alice seal-retire --reason 'lost in a taxi' S-0007
check_has out "unproven	$old	bob"
check_has err 'of 1 session behind them, with up to 2 presses, no receipt has come'

check_status 0 plug other alice seal-enrol S-0007 s7b
as alice seal-table -q --earlier 1 S-0007
check_status 1 plug other bob seal-unlock "$old"
check_has err "WRONG-DEVICE: the attached device 's7b' is not the one that is enrolled as 'S-0007'"
approved --presses 2
check_status 1 unlock
check_has err "WRONG-DEVICE: the attached device 's7' is not the one that is enrolled as 'S-0007'"
check_status 0 plug other bob seal-unlock --camera "camera $TEST_DIR/other.pgm" "$APPLICATION"
seal-list >list
check_has list "$APPLICATION	S-0007	approved	bob	2	2	"

# It turns up: what it has comes home, and it is told.
APPLICATION=$old
check_status 1 unlock
check_has err 'RETIRED: '
seal-list >list
check_has list "$old	S-0007	approved	bob	5	2	"
check_status 0 chancery-verify --seals
cut -f 1-3,5 out | sed 1d >accounts
check_output accounts <<END
S-0007	s7	proven	2
S-0007	s7b	proven	2
END
