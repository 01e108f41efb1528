# A register's promises to a clone, the desk's; sourced after clones.sh:
#
#	desk               the register of two levels for S-0007, and its clone in $TEST_DIR/desk, by the id $client
#	promised           what the desk keeps of them: names, each once
#	offer NAME FILE    the register has this for the desk, under that name
#	move_on            one more act is on record there
# shellcheck shell=bash

desk() {
	office_seals S-0007
	serve
	clone desk
	client=$(sed -n 's/^Client: //p' "$TEST_DIR/desk/chancery/origin")
}

promised() { git -C "$TEST_DIR/desk" for-each-ref --format='%(refname:lstrip=3)' refs/promises/; }
# shellcheck disable=SC2154 # server is that of clones.sh
offer() { git -C "$server" update-ref "refs/promises/$client/$1" "$(git -C "$server" hash-object -w --stdin <"$2")"; }
move_on() { apply bob S-0007; }
