#!/bin/bash
# People come in with what they are and the key they decide with, both or neither.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

seq() { chancery-status | awk -F '\t' '$1 == "seq" { print $2 }'; }

# unchanged STATUS MESSAGE command...: it is refused with that message, and the register stays where it is.
unchanged() {
	local before status=$1 message=$2
	before=$(seq)
	shift 2

	check_status "$status" "$@"
	check_has err "$message"
	[ "$(seq)" = "$before" ] || fail "registered all the same: $*"
}

office
make_person greta
as greta gpg --quiet --armor --export greta >greta.asc

# -n signs nothing; then both acts come on one page.
before=$(seq)
check_status 0 as alice people-add -n --role employee --key ./greta.asc greta
[ "$(seq)" = "$before" ] || fail '-n registered something'
unchanged 1 'people-add: NOT-ALLOWED: no line of the policy allows' as bob people-add -n --role employee --key ./greta.asc greta
check_status 0 as alice people-add --json --name 'Greta Sun' --mail greta@example.org --role manager --role employee --role manager --key ./greta.asc greta
check_output out <<<"{\"person\":\"greta\",\"key\":\"$(fingerprint greta)\"}"
[ "$(seq)" = $((before + 1)) ] || fail 'not on one page'
people-list >out
check_has out "$(printf 'greta\tGreta Sun\temployee manager\tgreta@example.org\t%s' "$(fingerprint greta)")"

# A key on standard input; a binary one; one of the caller's keyring; none.
make_person heidi ivan judy
as heidi gpg --quiet --armor --export heidi | as alice people-add -q --role employee --key - heidi
as ivan gpg --quiet --export ivan >ivan.gpg
as alice people-add -q --role employee --key ./ivan.gpg ivan
as judy gpg --quiet --export judy | as alice gpg --quiet --import
check_status 0 as alice people-add --role employee --key judy@example.org judy
check_output out <<<"$(printf 'judy\t%s' "$(fingerprint judy)")"
check_status 0 as alice people-add --role employee karl
check_output out <<<"$(printf 'karl\tnone')"

# What is refused leaves nothing behind.
make_person mallory
as mallory gpg --quiet --armor --export mallory >mallory.asc
unchanged 1 'people-add: CONFLICT: the key is registered already' as alice people-add --role employee --key ./greta.asc mallory
unchanged 1 'people-add: NOT-ALLOWED: no line of the policy allows' as bob people-add --role administrator --key ./mallory.asc mallory
unchanged 1 'people-add: no secret key in your keyring belongs to anybody in this archive' as mallory people-add --role employee --key ./mallory.asc mallory
echo rubbish >rubbish.asc
unchanged 1 "people-add: MALFORMED-KEY: './rubbish.asc' is not an OpenPGP certificate" as alice people-add --role employee --key ./rubbish.asc mallory
unchanged 74 "people-add: cannot open './nowhere'" as alice people-add --role employee --key ./nowhere mallory
unchanged 2 "'Manager' is not a role" as alice people-add --role Manager mallory
unchanged 2 "'2mallory' is not an id" as alice people-add --role employee 2mallory
unchanged 2 'wants a person and at least one --role' as alice people-add mallory
