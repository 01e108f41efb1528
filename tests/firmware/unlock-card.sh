#!/bin/bash
# A clerk whose key is on an OpenPGP card applies and opens the seal. Nobody waits while he looks for his PIN; a wrong one, a card that is pulled out while it signs, a blocked one: no press is made,
# or all that were made are kept, and come to the register later.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../reader.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
# gpg would ask for the card through umockdev's library: see plug in tests/office-sim.sh.
export CHANCERY_SEAL=unix:$TEST_DIR/seal.socket
SEAL_SIM=(--deadline-ms 60000 --socket "$TEST_DIR/seal.socket")
spool=$CHANCERY_ARCHIVE/chancery/spool
echo 123456 >"$TEST_DIR/pin"
reader
card in
card_for bob
wait_for as bob timeout 20 gpg --card-status
edit bob generate 0 y 'Bob Li' bob@example.org ''
key=$(as bob timeout 20 gpg --card-status --with-colons | awk -F: '$1 == "fpr" { print tolower($2) }')
as bob people-key -q --key "$key" rotate
as alice seal-table -q S-0007

bob_applies() { as bob timeout 60 seal-apply --document "$TEST_DIR/contract.txt" --reason 'a contract' --presses 12 S-0007; }
count_acts() { git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%s main | awk -v words="$1" 'index($0, words) == 1 { n++ } END { print n + 0 }'; }
used() { seal-list | awk -F '\t' -v id="$APPLICATION" '$1 == id { print $6 }'; }
# refused_by_card TEXT COMMAND...
refused_by_card() {
	local text=$1
	shift

	check_status 75 "$@"
	check_has err ": gpg gave no signature: $text"
}

# ---- he applies ----

echo 654321 >"$TEST_DIR/pin"
refused_by_card 'Bad PIN; see gpg --card-status for how often it may still be tried' bob_applies
[ -z "$(seal-list)" ] || fail 'applied'
echo 123456 >"$TEST_DIR/pin"
touch "$TEST_DIR/wait"
bob_applies >applied &
wait_for test -e "$TEST_DIR/asked"
check_status 0 as frank timeout 30 seal-apply -q --document "$TEST_DIR/contract.txt" --reason 'another contract' S-0007
rm "$TEST_DIR/wait"
wait $!
rm "$TEST_DIR/asked"
APPLICATION=$(sed 's|.*/||' applied)
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"

# ---- he opens the seal; whether it would open he asks without the card ----

card_away bob
check_status 0 as bob seal-unlock -n "$APPLICATION"
refused_by_card 'Operation cancelled; ' unlock --presses 1
card_back bob
echo 654321 >"$TEST_DIR/pin"
refused_by_card 'Bad PIN; ' unlock --presses 1
echo 123456 >"$TEST_DIR/pin"
card 'pull 1'
refused_by_card 'Card error; put the card in and try again, ' unlock --presses 1
card_back bob
[ "$(used) $(count_acts 'bob unlocks')" = '0 0' ] || fail "$(used) presses, $(count_acts 'bob unlocks') sessions"
[ -z "$(ls "$spool")" ] || fail 'the spool is not empty'
touch "$TEST_DIR/wait"
unlock --presses 1 2>unlocked &
wait_for test -e "$TEST_DIR/asked"
check_status 0 as carol timeout 30 seal-withdraw -q --cap 8 "$APPLICATION"
rm "$TEST_DIR/wait"
wait $!
rm "$TEST_DIR/asked"
check_has unlocked 'armed, 1 of 1 press, 1 photo kept'
[ "$(used)" -eq 1 ] || fail "$(used) presses"

# ---- where the machine may not sign the record he does: the card is pulled out between session and record ----

sed -i 's/^Allow: device seal-record.*/Allow: employee seal-record seals\/**/' "$TEST_DIR/policy"
as alice policy-set -q "$TEST_DIR/policy"
check_status 0 as alice seal-table S-0007
check_output err <<<"seal-table: warning: closed for '$APPLICATION': 'carol' decided under a policy that the seal's newest table does not accept; see seal-table --earlier"
check_status 1 unlock --presses 1
check_output err <<<"seal-unlock: WRONG-POLICY: the seal says: names a policy that is not accepted; 'carol' decided under a policy that the seal's newest table does not accept; see \
seal-table --earlier"
check_status 0 as alice seal-table --earlier 1 S-0007
check_output err </dev/null
card 'pull 2'
refused_by_card 'Card error; put the card in and try again, see gpg --card-status; what the seal has reported is kept: run seal-unlock again' unlock --presses 2
[ "$(used) $(find "$spool" -name '*.jpg' | wc -l)" = '1 2' ] || fail "$(used) presses on record, $(find "$spool" -name '*.jpg' | wc -l) photos kept"
check_status 0 as bob chancery-status
check_has out 'spool	1 session with a seal is not on record; chancery-sync brings in what it can, seal-unlock the rest'
check_status 0 chancery-sync
check_output err <<<'chancery-sync: what a seal has reported in 1 session waits in the spool; seal-unlock brings it in, with the seal attached'
card_back bob
echo 654321 >"$TEST_DIR/pin"
for _ in 1 2 3; do refused_by_card 'Bad PIN; ' unlock --presses 1; done
echo 123456 >"$TEST_DIR/pin"
refused_by_card 'PIN blocked; ' unlock --presses 1
[ "$(find "$spool" -name '*.jpg' | wc -l)" -eq 2 ] || fail 'photos are lost'
edit bob passwd 2 q
check_status 0 unlock --presses 1
[ -z "$(ls "$spool")" ] || fail 'the spool is not empty'
[ "$(used)" -eq 4 ] || fail "$(used) presses"
seal-log | cut -f 5,8 | sort | uniq -c | xargs >photographed
check_output photographed <<<'4 bob yes'
check_status 0 chancery-verify -q
check_status 0 chancery-verify --seals
