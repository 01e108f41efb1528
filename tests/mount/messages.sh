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
# at_most KIND NUMBER: of the messages in `asked`.
at_most() { awk -v kind="$1" -v most="$2" '$1 == kind && $2 > most { exit 1 }' asked || fail "$(cat asked)"; }

archive
fill lib 200 100
drive --trace
read-all read "$DRIVE/files/lib" >/dev/null
messages read-all read "$DRIVE/files/lib" >asked
at_most getattr 4 # not one for each file, although each was read
at_most read 0
messages read-all read "$DRIVE/files/lib" >asked
for kind in getattr read readdirplus open; do at_most "$kind" 2; done
drive_end

[ "$(id -u)" -eq 0 ] || exit 0
drive --trace -o allow_other
read-all read "$DRIVE/files/lib" >/dev/null
read-all read "$DRIVE/files/lib" >/dev/null
messages read-all read "$DRIVE/files/lib" >asked
check_has asked 'open 200'
for kind in getattr lookup read readdirplus flush; do at_most "$kind" 12; done
drive_end
