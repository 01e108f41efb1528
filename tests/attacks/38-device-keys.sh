#!/bin/bash
# A drive's or device's key deposits and reports; it never decides. Nor does the registrar's. What people wrote stays text in lists.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007 --presses 2
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
approve=(approve "$path" Level=1 Role=manager Presses=2)

# The drive's key: as itself, and as the person on whose behalf it deposits.
refused WRONG-ROLE "the key of 'd1' may not 'approve'" "$(forge act -d "${approve[@]}")"
refused WRONG-ROLE "the key of 'd1' may not 'reject'" "$(forge act -d reject "$path" Level=1 Role=manager Reason=no)"
refused WRONG-ROLE "the key of 'd1' may not 'withdraw'" "$(forge act -d withdraw "$path" Cap=0)"
refused WRONG-ROLE "the key of 'd1' may not 'policy'" "$(forge act -d -f "rules.2=$TEST_DIR/policy" policy policy Version=2)"
unsaid KEY-OWNER "the key belongs to 'd1', not to 'alice'" "$(forge act -d "${approve[@]}" Actor=alice)"
unsaid KEY-OWNER "the key belongs to 'd1', not to 'carol'" "$(forge act -d "${approve[@]}" Actor=carol)"
refused WRONG-ROLE "the key of 'd1' may not 'key'" \
	"$(forge act -d -f key.asc="$TEST_DIR/bob.asc" key "keys/ab/ab$(fingerprint bob | cut -c 3-)" Version=1 To=carol Scope=decide)"

# The registrar's key: it reports where an application stands, and says what the register says.
refused WRONG-ROLE "the key of 'registrar' may not 'approve'" "$(forge act -r "${approve[@]}")"
unsaid KEY-OWNER "the key belongs to 'registrar', not to 'carol'" "$(forge act -r "${approve[@]}" Actor=carol)"
state=(seal-state "$path" Device=seal-0007 Epoch=1 Receipt-Acked=0 Seq="$(field main Seq)")
refused WRONG-CONTENT 'does not say what the register says' "$(forge act -r "${state[@]}" Status=approved Cap=2)"
refused WRONG-CONTENT 'does not say what the register says' "$(forge act -r "${state[@]}" Status=open Cap=2)"
refused WRONG-ROLE "the key of 'carol' may not 'seal-state'" "$(as carol forge act "${state[@]}" Status=open Cap=0)"
accepted "$(forge act -r "${state[@]}" Status=open Cap=0)"

# The seal's own key is in its certificate and admitted by nobody: it signs receipts, no acts.
seal=$(pgp certificate "$TEST_DIR/S-0007" | gpg --quiet --show-keys --with-colons 2>/dev/null | awk -F: '$1 == "fpr" && !n++ { print tolower($10) }')
as carol forge act -o forged "${approve[@]}" Key="$seal" Time="$(sed -n 's/^Created: //p' "$TEST_DIR/S-0007")"
pgp sign "$TEST_DIR/S-0007" forged >forged.asc
unsaid UNKNOWN-KEY "key $seal is not registered" "$(forge commit forged forged.asc)"

# A device's evidence is the device's: who brings it cannot change it, and somebody else cannot bring it at all.
as carol seal-approve -q d1-000001
as dave seal-approve -q d1-000001
as bob paper-seal session d1-000001 2 none
paper-seal press "$TEST_DIR/S-0007" d1-000001 2 0
sed 's/^Kind: press/Kind: abort/' "$TEST_DIR/S-0007.receipts" >fewer
cp "$TEST_DIR/S-0007.receipts" kept
cp fewer "$TEST_DIR/S-0007.receipts"
check_status 1 paper-seal record "$TEST_DIR/S-0007" d1-000001
check_output err <<<'paper-seal: BAD-SIGNATURE: the signature of receipt 2 does not fit'
awk '/^Format/ { n++ } n != 2' kept >"$TEST_DIR/S-0007.receipts"
check_status 1 paper-seal record "$TEST_DIR/S-0007" d1-000001
check_output err <<<'paper-seal: WRONG-PREVIOUS: receipt 3 does not follow receipt 1'
cp kept "$TEST_DIR/S-0007.receipts"
check_status 0 paper-seal record "$TEST_DIR/S-0007" d1-000001
cp kept "$TEST_DIR/S-0007.receipts"
check_status 1 paper-seal record "$TEST_DIR/S-0007" d1-000001
check_output err <<<'paper-seal: CONFLICT: begins with receipt 1; receipt 4 comes next'

# Formulas and markup in what people wrote are what they wrote; a field is never two, a line never more than one.
apply bob S-0007 --title '=cmd|"/c calc"!A1' --reason '<script>alert(1)</script>'
seal-list | tail -n 1 | cut -f 7 >title
check_output title <<<'=cmd|"/c calc"!A1'
[ "$(seal-list --json | wc -l)" -eq 2 ] || fail 'two applications, two lines'
for letter in $'\t' $'\n' $'\r' $'\033[31m' $'\u202e' $'\u200b'; do
	check_status 2 as bob seal-apply --document "$TEST_DIR/contract.txt" --reason x --title "a${letter}b" S-0007
	check_has err 'seal-apply: --title wants one line of 1 to 256 bytes, with nothing invisible in it'
done
