#!/bin/bash
# Whoever has stolen a key does not decide himself: he lends what its owner may, gives a helper a role, has fewer levels asked for, enrols a device of his own; then honest keys sign.
# What rests on that is closed when the theft is known, for every reader; what rests on somebody's honest word is not. Attacks 13, 17, 18.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
office_allows 'administrator key-end keys/**' 'administrator seal-enrol seals/*'
make_person grace heidi
office_person grace Grace administrator
office_person heidi Heidi clerk
seq() { chancery-status | sed -n 's/^seq\t//p'; }
declare -A id
state() { seal-list | awk -v id="$1" '$1 ~ id "$" { print $3 }'; }
new() { apply bob "${2:-S-0007}" && id[$1]=$APPLICATION; }
decided() { new "$1" && as "$2" seal-approve -q "$APPLICATION" && as "$3" seal-approve -q "$APPLICATION"; }
are() {
	local as=$1 name
	for name in "${@:2}"; do [ "$(state "${id[$name]}")" = "$as" ] || fail "'$name' is '$(state "${id[$name]}")'"; done
}

# Before there was a thief, and what somebody else has lent: these stay.
decided before carol dave
as erin people-delegate -q --to heidi --until +7d
decided honest heidi dave
as erin people-delegate -q --to heidi --end

# Carol's key lends.
theft=$(($(seq) + 1))
as carol people-delegate -q --to heidi --until +7d
decided lent heidi dave
# Grace's gives a role; then alice says the same herself.
as grace people-add -q --name 'Frank Ma' --role employee --role director frank
decided role erin frank
as alice people-add -q --name 'Frank Ma' --role employee --role director frank
decided again erin frank
# Grace's asks for one level less, and enrols a device; then alice puts the policy back.
sed '/^Level: S-0007 2/d; $a Level: S-0009 1 manager 1 20' "$TEST_DIR/policy" >bent
as grace policy-set -q bent
new level && as erin seal-approve -q "${id[level]}"
as grace paper-seal enrol "$TEST_DIR/S-0009" S-0009 seal-9
sed '$a Level: S-0009 1 manager 1 20' "$TEST_DIR/policy" >straight
as alice policy-set -q straight
new device S-0009 && as erin seal-approve -q "${id[device]}"
new pending
are approved before honest lent role again level device

thiefs=$(forge id "$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H --grep '^Act: delegate$' --author=carol main)")

# The thefts are known: with each, what rests on it, and no more.
check_status 0 as alice people-key --from "$theft" compromised carol
grep 'closed: nobody can tell' out | cut -f 1 >told
check_output told <<<"seals/S-0007/applications/$(date -u +%Y)/0/${id[lent]}"
are doubtful lent
are approved before honest role again level device
check_status 0 as alice people-key --from "$theft" compromised grace
grep 'closed: nobody can tell' out | sed 's,.*/\([^\t]*\)\t.*,\1,' | sort >told
printf '%s\n' "${id[role]}" "${id[level]}" "${id[device]}" | sort | check_output told
are doubtful lent role level device
are approved before honest again
check_status 1 as bob seal-approve -n "${id[role]}"

# Who decides now on what he knows does so knowingly, in the state that was at hand and in one that is made anew.
as erin seal-approve -q "${id[pending]}"
as frank seal-approve -q "${id[pending]}"
new later S-0009 && as erin seal-approve -q "${id[later]}"
are approved pending later
for remembered in '' --full; do
	# shellcheck disable=SC2086
	check_status 3 chancery-verify -q $remembered
	check_has err 'KEY-COMPROMISED: cannot tell who signed'
done
forget_seen
are doubtful lent role level device
are approved before honest again pending later

# An extract brings along whatever it rests on: what is closed is not called good there.
for name in lent role level device; do
	chancery-export -q -o "$name.tar" "${id[$name]}"
	check_status 3 chancery-verify -q "$name.tar"
	check_has err 'KEY-COMPROMISED: cannot tell who signed'
done
chancery-export -q -o honest.tar "${id[honest]}"
check_status 0 chancery-verify -q honest.tar

# Carol has a key again, and her role still: what the thief has lent in her name is as little worth as before. The control: what she lends herself.
make_person again
as again people-key --key again@example.org prove carol >proof.asc
as alice people-add -q --name 'Carol Wu' --role manager --key ./proof.asc carol
new last
path=seals/S-0007/applications/$(date -u +%Y)/0/$APPLICATION
approve() { as heidi forge act approve "$path" Level=1 Role=manager Presses=1 Via="$1"; }
before=$(main)
forge page -a "$(approve "$thiefs")" >lie
check_status 1 chancery-verify -q
check_has err 'NOT-DELEGATED: page ' ' says OK of act ' ': nobody can tell who gave it: the key is compromised'
restore
forget_seen
forge register "$(approve "$thiefs")" >verdict
check_output verdict <<<'NOT-DELEGATED	nobody can tell who gave it: the key is compromised'
as again people-delegate -q --to heidi --until +7d
own=$(forge id "$(git -C "$CHANCERY_ARCHIVE" log --no-merges -1 --format=%H --grep '^Act: delegate$' --author=carol main)")
forge register "$(approve "$own")" >verdict
check_output verdict <<<'OK	accepted'
