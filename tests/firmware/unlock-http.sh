#!/bin/bash
# A seal at a clone whose register is reached over HTTP: photos are pointers there as everywhere, and their content is in the register when the record is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../transports.sh"

[[ $(transports) == *nginx*fcgiwrap* ]] || skip 'wants nginx and fcgiwrap'
office_sim
serve
approved --presses 5
start_http
chancery-clone -q "$http/archive" "$TEST_DIR/branch"
at branch as bob chancery-sync -q
check_status 0 at branch unlock --presses 2
git -C "$server" ls-tree -r --name-only main "seals/S-0007/applications" | grep '/photos/' >photos
[ "$(wc -l <photos)" = 2 ] || fail "$(cat photos)"
while read -r photo; do
	sum=$(git -C "$server" cat-file blob "main:$photo" | sed -n 's/^oid sha256://p')
	for archive in "$server" "$TEST_DIR/branch"; do
		[ "$(sha256sum <"$archive/lfs/objects/${sum:0:2}/${sum:2:2}/$sum")" = "$sum  -" ] || fail "no content of $photo in $archive"
	done
done <photos
check_status 0 chancery-verify -q -A "$server"

# A part of it over HTTP: the view's photos come from beside the view.
check_status 0 chancery-view -q -A "$server" "$TEST_DIR/view" seals/S-0007
check_status 0 chancery-clone -q --only "$http/view" "$http/archive" "$TEST_DIR/part"
while read -r photo; do
	sum=$(git -C "$server" cat-file blob "main:$photo" | sed -n 's/^oid sha256://p')
	cmp "$server/lfs/objects/${sum:0:2}/${sum:2:2}/$sum" "$TEST_DIR/part/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"
done <photos
GIT_CONFIG_GLOBAL=$TEST_DIR/gitconfig git lfs install --skip-repo >/dev/null
check_status 0 env GIT_CONFIG_GLOBAL="$TEST_DIR/gitconfig" git clone -q "$http/archive" stock
check_status 0 git -C stock lfs fsck

stop_http
