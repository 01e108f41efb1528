#!/bin/bash
# Somebody watches his inbox in a clone: told of what is registered elsewhere as it is registered, also after the link was lost for a while.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

office_seals S-0007
serve
clone desk
year=$(date -u +%Y)

{ at desk as carol sh -c 'echo $$ >watcher && exec chancery-inbox --watch --every 1' >watched 2>watching || :; } &
apply bob S-0007
wait_for grep -q "^decide.S-0007.$year.$APPLICATION" watched

# Down: said once, whatever it takes; what is signed meanwhile goes out by the watcher when it is up.
link_down
wait_for grep -q 'goes on trying$' watching
check_status 75 at desk as carol seal-approve "$APPLICATION"
link_up
wait_for grep -qx 'chancery-inbox: reached again' watching
first=$APPLICATION
apply bob S-0007
wait_for grep -q "^decide.S-0007.$year.$APPLICATION" watched
kill "$(cat watcher)"
[ "$(grep -c 'goes on trying$' watching)" = 1 ] || fail "$(cat watching)"
[ "$(cut -f 1 watched)" = "$(printf 'decide.S-0007.%s.%s\n' "$year" "$first" "$year" "$APPLICATION")" ] || fail "$(cat watched)"
seal-show "$first" >shown
check_has shown 'Level 1, Role manager'
