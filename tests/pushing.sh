# An office that others push to, with seals (office-seal.sh) and forged acts (cheating.sh); sourced after lib.sh:
#
#	pushing                   the archive as it is, and a copy of it, $CLIENT, in which acts are made that the archive does not have
#	pushing_approval          an office with a seal, bob's application in $path, and carol's approval of it, $approval, which only $CLIENT has
#	at_client command...      with $CLIENT as the archive
#	push [OPTION...] COMMIT [NAME]   pushes from there, as refs/acts/d2/NAME (the commit unless told); answer in `err`, exit status that of git
#	pull                      fetches main there
#	remote                    what the hooks said to the last push, from `err`
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/office.sh"
. "$(dirname "${BASH_SOURCE[0]}")/office-seal.sh"
. "$(dirname "${BASH_SOURCE[0]}")/cheating.sh"

pushing() {
	CLIENT=$TEST_DIR/client
	cp -a "$CHANCERY_ARCHIVE" "$CLIENT"
	rm -r "$CLIENT/hooks"
}

pushing_approval() {
	office_seals
	apply bob S-0007
	pushing
	path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
	# shellcheck disable=SC2034
	approval=$(at_client as carol forge act approve "$path" Level=1 Role=manager Presses=1)
}

at_client() { CHANCERY_ARCHIVE=$CLIENT "$@"; }

push() {
	local options=()
	while [[ $1 == -* ]]; do options+=("$1"); shift; done

	git -C "$CLIENT" push --quiet "${options[@]}" "${REMOTE:-$CHANCERY_ARCHIVE}" "$1:refs/acts/d2/${2:-$1}"
}

# What is registered, for the client to act on.
pull() { git -C "$CLIENT" fetch --quiet "$CHANCERY_ARCHIVE" +main:main; }

# What git shows of the hooks' words, without its own.
remote() { sed -n 's/^remote: //p' err | sed 's/ *$//'; }
