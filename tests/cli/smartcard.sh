#!/bin/bash
# Somebody whose key is on an OpenPGP card approves, in a clone of the archive. A wrong PIN, a card that is pulled out while it signs, one that is away or blocked: the tool says so, and
# nothing has been done by halves.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../reader.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

office_seals
serve
clone home
reader
card in
card_for carol
echo 123456 >"$TEST_DIR/pin"
wait_for as carol timeout 20 gpg --card-status
at_home() { at home as carol timeout 60 "$@"; }
everything() { for place in "$server" "$TEST_DIR/home"; do git -C "$place" for-each-ref; done; }

# ---- a key made on the card takes the place of the one in a file ----

edit carol generate 0 y 'Carol Wu' carol@example.org ''
key=$(as carol timeout 20 gpg --card-status --with-colons | awk -F: '$1 == "fpr" { print tolower($2) }')
check_status 0 at_home people-key --key "$key" rotate
check_has out 'ended: superseded'
as alice seal-table -q S-0007

# ---- what goes wrong, each time with the control behind it: the same command succeeds, once ----

# applied: bob has applied, and carol knows
applied() {
	apply bob S-0007
	at_home chancery-sync -q
}

# fails MESSAGE APPLICATION...: gpg gives no signature, with that message; nothing is different afterwards
fails() {
	local message=$1 before
	shift
	before=$(everything)
	check_status 75 at_home seal-approve "$@"
	check_output err <<<"seal-approve: gpg gave no signature: $message"
	[ ! -s out ]
	[ "$before" = "$(everything)" ] || fail "not as it was: $(diff <(echo "$before") <(everything))"
}

# succeeds APPLICATION...: each is on the register, once, and stock git says that the card has signed it
succeeds() {
	local path paths
	check_status 0 at_home seal-approve "$@"
	paths=$(cut -f 2 out)
	check_status 0 chancery-verify -v
	for path in $paths; do
		[ "$(awk -F '\t' -v path="$path" '$6 == path && $4 == "carol" { print $3, $5 }' out)" = 'OK approve' ]
		as carol git -C "$server" log -1 --no-merges --format='%G? %GP' main -- "$path" >said
		check_output said <<<"G ${key^^}"
	done
}

applied
echo 654321 >"$TEST_DIR/pin"
fails 'Bad PIN; see gpg --card-status for how often it may still be tried' "$APPLICATION"
echo 123456 >"$TEST_DIR/pin"
succeeds "$APPLICATION"

# Pulled out behind the second of two signatures: the first is not registered either.
applied
first=$APPLICATION
applied
card 'pull 2'
before=$signatures
fails 'Card error; put the card in and try again, see gpg --card-status' "$first" "$APPLICATION"
card_back carol
[ $((signatures - before)) -eq 2 ]
succeeds "$first" "$APPLICATION"

# Not there, and not put in when gpg asks for it.
applied
card_away carol
fails 'Operation cancelled; unlock the key, with GPG_TTY set' "$APPLICATION"
card_back carol
succeeds "$APPLICATION"

# Three times a wrong one.
applied
echo 654321 >"$TEST_DIR/pin"
for _ in 1 2 3; do fails 'Bad PIN; see gpg --card-status for how often it may still be tried' "$APPLICATION"; done
echo 123456 >"$TEST_DIR/pin"
fails "PIN blocked; too many were wrong; whoever has the card's Admin PIN unblocks it: gpg --card-edit, admin, passwd" "$APPLICATION"
edit carol passwd 2 q
succeeds "$APPLICATION"

# ---- on a machine with gpg and the card alone ----

applied
at_home seal-approve -q --as carol --payload payload "$APPLICATION"
as carol timeout 20 gpg --quiet --batch --no-tty --armor --detach-sign payload
check_status 0 chancery-submit payload payload.asc
check_has out "$APPLICATION"
check_status 0 chancery-verify -q
