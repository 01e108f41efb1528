#!/bin/bash
# timeout: 900
# Two offices, the register, and an auditor act out a week: the desk works over ssh, the branch over smart HTTP, the auditor has a copy over file.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../transports.sh"

apply_at() { date >"$2.txt"; check_status "$3" at "$1" as "$4" seal-apply --reason "$2" --document "$2.txt" S-0007; cut -f 2 out >>applied; }
verdicts() { cut -f 2,4 out | sort | xargs; }

office_seals S-0007
serve
desk_url=$server branch_url=$server
mapfile -t servers < <(transports)
if [ ${#servers[@]} -eq 3 ]; then
	start_ssh
	start_http
	desk_url=ssh://$user@127.0.0.1$server branch_url=$http/archive
else
	echo "everybody works over file: of sshd, nginx and fcgiwrap there is only ${servers[*]:-none}"
fi
chancery-clone -q "$desk_url" "$TEST_DIR/desk" 2>/dev/null
chancery-clone -q "$branch_url" "$TEST_DIR/branch" 2>/dev/null
clone auditor
admit desk d2
admit branch d3
at desk chancery-sync -q
at branch chancery-sync -q

# ---- Monday: nobody reaches the register; both offices work, each with numbers of its own ----
link_down
apply_at desk lease 75 bob
apply_at branch offer 75 frank
apply_at branch order 75 frank
check_status 75 at desk as carol seal-approve d2-000001
link_up
check_status 0 at desk chancery-sync
[ "$(verdicts)" = 'apply accepted approve accepted' ] || fail "$(cat out)"
check_status 0 at branch chancery-sync
[ "$(verdicts)" = 'apply accepted apply accepted' ] || fail "$(cat out)"

# ---- Tuesday: each decides on what the other has asked for ----
check_status 0 at desk chancery-sync
check_status 0 at desk as carol seal-approve d3-000001
check_status 0 at branch chancery-sync
check_status 0 at branch as dave seal-approve d2-000001 d3-000001
at desk chancery-sync -q
at desk as bob chancery-inbox >out
check_has out 'approved: 1 press may be done'

# ---- Wednesday: two managers agree at one level, without knowing of each other ----
link_down
check_status 75 at desk as carol seal-approve d3-000002
check_status 75 at branch as erin seal-approve d3-000002
link_up
check_status 0 at branch chancery-sync
[ "$(verdicts)" = 'approve accepted' ] || fail "$(cat out)"
check_status 0 at desk chancery-sync
[ "$(verdicts)" = 'approve CONFLICT' ] || fail "$(cat out)"
at desk as carol chancery-inbox >out
check_has out "refused: approve seals/S-0007/applications/$(date -u +%Y)/0/d3-000002: CONFLICT: "

# ---- Thursday: an acknowledgement is lost on its way; in the evening somebody makes a backup ----
link_down
check_status 75 at desk as dave seal-approve d3-000002
link_up
git -C "$TEST_DIR/desk" push -q "$server" 'refs/acts/*:refs/acts/*' 2>/dev/null
cp -r "$server" "$TEST_DIR/backup"
check_status 0 at desk chancery-sync
[ "$(verdicts)" = 'approve accepted' ] || fail "$(cat out)"
check_status 0 at auditor chancery-sync

# ---- Friday: more work, then the disk dies, and the backup of Thursday comes back ----
apply_at desk lift 0 bob
at branch chancery-sync -q
check_status 0 at branch as erin seal-approve d2-000002
at desk chancery-sync -q
friday=$(acts_of "$server")
rm -rf "$server"
cp -r "$TEST_DIR/backup" "$server"
check_status 1 at branch chancery-sync
check_has err '2 acts that the register has lost are handed back' 'chancery-sync: ROLLBACK: '
page="$(seq_of "$server"):$(main_of "$server")"
for name in desk branch; do
	check_status 1 at "$name" chancery-sync
	check_status 0 at "$name" chancery-sync --follow "$page"
	check_status 0 at "$name" chancery-sync
	check_output out </dev/null
done
[ "$(acts_of "$server")" = "$friday" ] || fail 'not the acts of Friday'
# The auditor has seen Thursday's last page; the new register goes on from there.
check_status 0 at auditor chancery-sync

# ---- Saturday: all have the same, every act once, and one case goes to the auditor's desk ----
for name in desk branch auditor; do
	[ "$(main_of "$TEST_DIR/$name")" = "$(main_of "$server")" ] || fail "$name has something else"
	check_status 0 at "$name" chancery-verify -v
	cut -f 2 out | sort | uniq -d >twice
	check_output twice </dev/null
done
at auditor seal-list | cut -f 9 | sort >listed
sort applied | check_output listed
check_status 0 at branch chancery-export -o case.tar d3-000001
head=$(at auditor chancery-export -n d3-000001 | awk '{ print $3 ":" $4 }')
check_status 0 chancery-verify --head "$head" case.tar
[ -z "$(git -C "$server" for-each-ref refs/acts/)" ] || fail 'something waits for ever'
[ ${#servers[@]} -lt 3 ] || stop_servers
