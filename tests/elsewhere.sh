# Signing elsewhere; sourced after lib.sh:
#
#	sign_elsewhere PERSON FILE [COMMAND]    the person's home, a copy of the file and no more; FILE.asc comes back into this directory. The command is
#	                                        the one that a tool has just printed into `out`
#	heads                                   where the register is
# shellcheck shell=bash

sign_elsewhere() {
	local away=$TEST_DIR/away command=${3:-$(sed -n 's/^sign\t//p' out)}

	rm -rf "$away"
	mkdir "$away"
	cp "$2" "$away"
	(cd "$away" && env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$TEST_DIR/people/$1" bash -c "$command") || fail 'not signed'
	cp "$away/$(basename "$2").asc" .
}

heads() { git -C "$CHANCERY_ARCHIVE" rev-parse main; }
