#!/bin/bash
# The same push over ssh and over smart HTTP, by stock git, to stock servers: registered, answered, and what is refused is refused in the same words.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"
. "$(dirname "$0")/../transports.sh"

mapfile -t servers < <(transports)
[ ${#servers[@]} -eq 3 ] || skip "of sshd, nginx and fcgiwrap there is only: ${servers[*]:-none}"

office_seals
apply bob S-0007
pushing
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
# over URL ACT: it is registered; what frank makes of it is not; and a promise can be fetched
over() {
	local forged

	REMOTE=$1
	check_status 0 push "$2"
	check_has err "remote: accepted $(at_client forge id "$2")" "remote: promise refs/promises/d2/$2"
	git -C "$CLIENT" fetch -q "$1" "refs/promises/d2/$2"
	git -C "$CLIENT" cat-file blob FETCH_HEAD >promise
	check_status 0 chancery-verify -q --promise promise
	forged=$(at_client as frank forge act cancel "$path" Actor=bob Reason="over $1")
	check_status 1 env GIT_QUARANTINE_PATH=/tmp CHANCERY_ARCHIVE="$CLIENT" \
		git -C "$CLIENT" push --quiet "$1" "$forged:refs/acts/d2/$forged"
	remote >said
	check_output said <<<"chancery-receive: KEY-OWNER: refs/acts/d2/$forged: the key belongs to 'frank', not to 'bob'; sign it with a key of the person or device that acts"
	check_status 0 chancery-verify -q
}

approval=$(at_client as carol forge act approve "$path" Level=1 Role=manager Presses=1)
# Whoever may log in may push; the environment that this one tries to hand to the hooks is not believed.
start_ssh
over "ssh://$user@127.0.0.1$CHANCERY_ARCHIVE" "$approval"
pull
cancel=$(at_client as bob forge act cancel "$path" Reason='bought elsewhere')
start_http
over "$http/archive" "$cancel"

stop_servers
