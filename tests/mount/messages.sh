#!/bin/bash
# What reading costs is messages: files that were read before are opened, read and looked at without one, in an office with one, for the opening.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# messages COMMAND...: what the kernel has asked the drive for meanwhile, each kind with its number. Forgetting and closing come when they like.
messages() {
	local before
	before=$(wc -l <"$TEST_DIR/drive.err")
	"$@" >/dev/null
	stat -f "$DRIVE" >/dev/null # the last one
	wait_for answered "$before"
	tail -n "+$((before + 1))" "$TEST_DIR/drive.err" | cut -f 1 | cut -d ' ' -f 1 | grep -vxE 'forget|release|releasedir|statfs' | sort | uniq -c | awk '{ print $2, $1 }'
}
answered() { tail -n "+$(($1 + 1))" "$TEST_DIR/drive.err" | cut -f 1 | grep -q '^statfs'; }
# within KIND NUMBER...: of the messages in `asked`.
within() {
	while [ $# -gt 0 ]; do
		awk -v kind="$1" -v most="$2" '$1 == kind && $2 > most { exit 1 }' asked || return 1
		shift 2
	done
}
# measured NAME [OPTION...]: on a drive of its own, and again where it costs too much: somebody else on the machine may have had the kernel drop what it keeps.
measured() {
	local name=$1
	shift

	for _ in 1 2 3; do
		drive --trace "$@"
		if "$name"; then
			drive_end
			return
		fi
		drive_end
	done
	fail "$name: $(cat asked)"
}

personal() {
	read-all read "$DRIVE/files/lib" >/dev/null
	messages read-all read "$DRIVE/files/lib" >asked
	within getattr 4 read 0 || return 1 # not one for each file, although each was read
	messages read-all read "$DRIVE/files/lib" >asked
	within getattr 2 read 2 readdirplus 2 open 2
}

office() {
	read-all read "$DRIVE/files/lib" >/dev/null
	read-all read "$DRIVE/files/lib" >/dev/null
	messages read-all read "$DRIVE/files/lib" >asked
	check_has asked 'open 200'
	within getattr 12 lookup 12 read 12 readdirplus 12 flush 12
}

archive
fill lib 200 100
measured personal
[ "$(id -u)" -ne 0 ] || measured office -o allow_other
