#!/bin/bash
# Another registrar, seen from the clones: after a rotation and after a recovery they go on by themselves, acts from behind the good page come back, and
# a fork stays a fork.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

epoch() { chancery-registrar | awk -F '\t' '$1 == "registrar" { print $3 }'; }
# promise_of SEQ: what was promised to the desk when the register had so many pages.
promise_of() {
	git -C "$server" for-each-ref --format='%(objectname)' "refs/promises/$client/" | while read -r blob; do
		git -C "$server" show "$blob" | sed -n "s,^Seq: $1\$,$blob,p"
	done
}

office_seals S-0007
serve
for name in desk house late; do clone "$name"; done
client=$(sed -n 's/^Client: //p' "$TEST_DIR/desk/chancery/origin")

# Where the key is made is where the register is; what there is to say about it can be said anywhere.
for what in rotate '--good 1 recover'; do
	# shellcheck disable=SC2086
	check_status 1 at desk as alice chancery-registrar $what
	check_has err "chancery-registrar: '$TEST_DIR/desk' is a clone; the registrar's key is made where the register is kept, '$server': run this there"
done
at desk as alice chancery-registrar -q --threshold 2 appoint alice carol
as alice chancery-registrar -q rotate
check_status 0 at desk chancery-sync
check_status 0 at desk as carol chancery-registrar agree "$(at desk chancery-registrar | awk -F '\t' '$1 == "proposal" { print $2 }')"
[ "$(epoch)" = 2 ] || fail 'no other registrar'

# In the middle of many acts: those before on a page by the one before, those behind by the next, and the promise by him.
apply bob S-0007
as alice chancery-registrar -q rotate
agreed=$(chancery-registrar | awk -F '\t' '$1 == "proposal" { print $2 }')
check_status 0 at desk chancery-sync
mv "$server/hooks/post-receive" "$TEST_DIR/post-receive"
check_status 75 at desk as carol chancery-registrar agree "$agreed"
for i in $(seq 40); do
	sed "/^Allow: administrator policy/i Allow: auditor$i policy policy" "$TEST_DIR/policy" >rules
	at desk as alice policy-set -q rules 2>/dev/null || [ $? = 75 ]
done
check_status 75 at desk chancery-sync -q
mv "$TEST_DIR/post-receive" "$server/hooks/post-receive"
before=$(seq_of "$server")
check_status 0 chancery-register -q
[ "$(epoch)" = 3 ] || fail 'no other registrar'
[ "$(seq_of "$server")" = $((before + 2)) ] || fail "not two pages: $before, $(seq_of "$server")"
[ "$(git -C "$server" show -s --format=%B main^ main | grep -c '^Key: ')" = 2 ] || fail pages
[ "$(git -C "$server" show -s --format=%B main^ main | sed -n 's/^Key: //p' | sort -u | wc -l)" = 2 ] || fail 'one registrar for both pages'
check_status 0 at desk chancery-sync
grep -c '	accepted	' out >count
check_output count <<<41
check_status 0 chancery-verify -q
check_status 0 at house chancery-sync

# The page behind which the register was in other hands: the desk and carol have seen more, the desk has a promise about it.
good=$(seq_of "$server")
check_status 0 at desk as carol seal-approve d1-000001
lost=$(main_of "$server")
check_status 0 as carol seal-list
check_status 0 at desk chancery-sync
cp -r "$server" "$TEST_DIR/other"
old=$(promise_of $((good + 1)))
as alice chancery-registrar -q --good "$good" recover
as carol chancery-registrar -q --good "$good" recover
check_status 0 as carol seal-list
check_output err <<<"seal-list: warning: what was verified is no longer a part of the register: all of it was verified again, from the founding on
seal-list: the administrators have begun anew on page $((good + 1)); what was seen behind it is lost"
[ "$(epoch)" = 4 ] || fail 'no other registrar'
check_status 0 at desk chancery-sync
check_has err 'chancery-sync: 1 acts that the register has lost are handed back' \
	"chancery-sync: the administrators have begun anew on page $((good + 1)); what was seen behind it is lost"
check_has out "approve	seals/S-0007/applications/$(date -u +%Y)/0/d1-000001	accepted"
[ "$(main_of "$TEST_DIR/desk")" = "$(main_of "$server")" ] || fail 'the desk did not go on'
git -C "$TEST_DIR/desk" for-each-ref --format='%(objectname)' refs/forks/ | grep -qx "$lost" || fail 'no proof'
check_status 0 chancery-verify -q
check_status 0 at house chancery-sync
check_output err </dev/null

# The word of him who was left behind accuses nobody, and is kept; so it is when the register goes on offering it.
git -C "$server" update-ref "refs/promises/$client/old" "$old"
for i in 1 2; do
	apply bob S-0007
	check_status 0 at desk chancery-sync
	[ "$(git -C "$TEST_DIR/desk" rev-parse refs/forks/promise-old)" = "$old" ] || fail 'not kept'
done

# Somebody who has seen the lost page clones anew: no --follow needed. And a clone that has been behind all the time.
check_status 0 as dave seal-list -A "$TEST_DIR/other"
check_status 0 as dave chancery-clone -q "$server" "$TEST_DIR/new"
check_has err "chancery-clone: the administrators have begun anew on page $((good + 1)); what was seen behind it is lost"
check_status 0 at late chancery-sync
check_output err </dev/null

# Another register in the new epoch, and the lost line going on, are forks as ever; the one who was left behind signs no line that is believed.
server_main=$(main_of "$server")
git -C "$TEST_DIR/other" update-ref refs/heads/main "$lost"
at other as bob env XDG_STATE_HOME="$PWD/liar" seal-apply -q --reason x --document rules S-0007
git -C "$server" fetch -q "$TEST_DIR/other" main
git -C "$server" update-ref refs/heads/main "$(main_of "$TEST_DIR/other")"
check_status 1 at desk chancery-sync
check_has err 'chancery-sync: FORK: '
[ "$(main_of "$TEST_DIR/desk")" = "$server_main" ] || fail 'the desk followed'
check_status 1 as dave seal-list
check_has err 'seal-list: FORK: '
git -C "$server" update-ref refs/heads/main "$server_main"
check_status 0 at desk chancery-sync

# A clone that is only behind what its user has seen elsewhere is told so.
apply bob S-0007
check_status 0 at desk chancery-sync
check_status 1 at house seal-list
check_has err 'seal-list: ROLLBACK: ' "; if only this clone is behind, run chancery-sync -A '$TEST_DIR/house'"
check_status 0 at house chancery-sync
check_status 0 at house seal-list
