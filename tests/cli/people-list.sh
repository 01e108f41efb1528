#!/bin/bash
# Everybody with roles and keys, in order of id, for whoever may read the archive.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

office

check_status 0 people-list
{
	printf 'alice\tAlice Zhang\tadministrator\tnone\t%s\n' "$(fingerprint alice)"
	for person in 'bob Bob Li employee' 'carol Carol Wu manager' 'dave Dave Xu director' 'erin Erin He manager' 'frank Frank Ma employee'; do
		read -r id first last role <<<"$person"
		printf '%s\t%s %s\t%s\t%s@example.org\t%s\n' "$id" "$first" "$last" "$role" "$id" "$(fingerprint "$id")"
	done
} | check_output out

check_status 0 people-list --role manager
[ "$(cut -f 1 out | xargs)" = 'carol erin' ] || fail "managers: $(cat out)"
check_status 0 people-list --role nobody
check_output out </dev/null

check_status 0 people-list --json --role director
check_output out <<<"{\"person\":\"dave\",\"name\":\"Dave Xu\",\"roles\":\"director\",\"mail\":\"dave@example.org\",\"keys\":\"$(fingerprint dave)\"}"

# Somebody described without a key, and somebody whose roles change: the newest record counts.
as alice people-add -q --role auditor greta
as alice people-add -q --name 'Bob Li' --mail bob@example.org --role manager --role employee bob
check_status 0 people-list --role auditor
check_output out <<<"$(printf 'greta\tgreta\tauditor\tnone\tnone')"
check_status 0 people-list --role manager
check_has out "$(printf 'bob\tBob Li\temployee manager')"

check_status 2 people-list bob
check_has err 'takes no operands; --role chooses'
CHANCERY_ARCHIVE='' check_status 74 people-list
check_status 74 people-list -A "$TEST_DIR/nowhere"
check_has err "people-list: cannot open archive '$TEST_DIR/nowhere'"
