#!/bin/bash
# Merges: a page unites exactly the acts that it names with the page before it, in a tree that everybody can recompute.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
apply bob S-0007
year=$(date -u +%Y)
path=seals/S-0007/applications/$year/0/d1-000001
approve() { as "$1" forge act approve "$2" Level=1 Role=manager Presses=1 "${@:3}"; }
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
good=$(approve carol "$path")
other=$(approve erin "${path%1}2")
before=$(main)
page=$(($(field main Seq) + 1))
lie() {
	local message=$1
	shift

	forge page "$@" >lie
	verify_says "$message"
	restore
}

# Trees: that of the page before, that of the act, one with a file of somebody's own, one with a file less.
wrong="WRONG-CONTENT: page $page of the register: its tree is not what the accepted acts add up to"
lie "$wrong" -a "$good" -t "$(git rev-parse "$before^{tree}")"
lie "$wrong" -a "$good" -t "$(git rev-parse "$good^{tree}")"
forge page -a "$good" >lie
right=$(git rev-parse 'main^{tree}')
restore
slip() {
	export GIT_INDEX_FILE=$TEST_DIR/index
	git read-tree "$right"
	git --work-tree="$PWD" update-index "$@"
	git write-tree
	unset GIT_INDEX_FILE
}
lie "$wrong" -a "$good" -t "$(slip --add --cacheinfo "100644,$(git hash-object -w "$TEST_DIR/policy"),files/office/slipped-in")"
lie "$wrong" -a "$good" -t "$(slip --force-remove policy/rules.1)"
# A refused act's files are not in the tree.
early=$(as dave forge act approve "$path" Level=2 Role=director Presses=1)
forge page -a "$early" >lie
withearly=$(git rev-parse 'main^{tree}')
restore
lie "$wrong" -x "$early=LEVEL-ORDER" -t "$withearly"

# Parents: swapped, another order than that of the pages, one that is not named, one that is named and not there, none but the page.
lie 'WRONG-CONTENT: main holds a commit that is no page of the register' -a "$good" -p "$good" -p "$before"
lie "WRONG-PREVIOUS: page $page of the register: does not follow the page before" -a "$good" -p "$(git rev-parse "$before^")" -p "$good"
lie "WRONG-CONTENT: page $page of the register: brings an act that it does not name" -a "$good" -p "$before" -p "$good" -p "$other"
lie "WRONG-CONTENT: page $page of the register: names an act that it does not bring" -a "$good" -a "$other" -p "$before" -p "$good"
lie "MALFORMED-COMMIT: page $page of the register: brings an act with two parents" -a "$good" -p "$before" -p "$before"

# A branch: an unsigned commit below a good one; an approval whose ground never came in; an act that is a merge itself.
git cat-file commit "$good" | sed '/^gpgsig/,/^ -----END/d' >unsigned
unsigned=$(git hash-object -t commit -w --stdin <unsigned)
above=$(as dave forge act approve "$path" Level=2 Role=director Presses=1 -p "$unsigned" 2>err) || check_has err MALFORMED-COMMIT:
[ -n "$above" ] && barred MALFORMED-COMMIT 'the commit is not in canonical form' "$above"
above=$(as dave forge act approve "$path" Level=2 Role=director Presses=1 -p "$good")
check_status 1 forge register "$above"
check_output err <<<'forge: WRONG-PREVIOUS: its parent has not been registered'
lie "WRONG-PREVIOUS: page $page of the register says OK of act $(forge id "$above"): its parent is not an accepted act of '$path'" -a "$above"
# Behind an act that has been refused: what that held would come along.
early2=$(as dave forge act approve "${path%1}2" Level=2 Role=director Presses=1)
refused LEVEL-ORDER 'the application is not at this level' "$early2"
refused WRONG-PREVIOUS "its parent is not an accepted act of '${path%1}2'" "$(approve erin "${path%1}2" -p "$early2")"
before=$(main)
page=$(($(field main Seq) + 1))
merge=$(approve carol "$path" -p "$(git log --no-merges -1 --format=%H main -- "$path")" -p "$other")
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$merge"
check_status 1 forge register "$before"
check_output err <<<'forge: WRONG-SUBJECT: a page of the register is no act to be registered'

# Under another policy than the one in force; numbers and times that do not go on.
lie "WRONG-POLICY: page $page of the register: does not name the policy in force" -a "$good" Policy-SHA256="$(sha256sum <unsigned | cut -d ' ' -f 1)"
lie "WRONG-POLICY: page $page of the register: does not name the policy in force" -a "$good" Policy-SHA256=none
lie "WRONG-SUBJECT: page $page of the register: a page has no subject" -a "$good" Subject-SHA256="$(sha256sum <unsigned | cut -c 1-64)"
lie "WRONG-PREVIOUS: page $((page + 1)) of the register: does not follow the page before" -a "$good" Seq=$((page + 1))
lie "WRONG-PREVIOUS: page $page of the register: does not follow the page before" -a "$good" Previous-SHA256="$(sha256sum <unsigned | cut -d ' ' -f 1)"
yesterday=$(date -u -d yesterday +%FT%TZ)
lie "WRONG-TIME: page $page of the register: received before the page before it" -a "$good" Time="$yesterday" Received="$yesterday"
lie "WRONG-TIME: page $page of the register: received before the page before it" -a "$good" Received="$(date -u -d '+1 hour' +%FT%TZ)"

# An act that the registrar calls refused, and that is good; one that is refused for another reason than he says.
id=$(forge id "$good")
lie "NO-AUTHORITY: page $page of the register says NO-AUTHORITY of act $id: it is to be accepted" -x "$good=NO-AUTHORITY"
id=$(forge id "$early")
lie "LEVEL-ORDER: page $page of the register says NO-AUTHORITY of act $id: the application is not at this level" -x "$early=NO-AUTHORITY"

# The control: several branches at once, and two decisions at one level that do not know of each other.
forge page -a "$good" -a "$other" -x "$early=LEVEL-ORDER" >lie
check_status 1 chancery-verify -q
restore
forge page -x "$early=LEVEL-ORDER" -a "$good" -a "$other" >honest
check_status 0 chancery-verify -q
sed 's/ 1 manager 1 20/ 1 manager 2 20/' "$TEST_DIR/policy" >two
as alice policy-set -q two
apply bob S-0007
third=${path%1}3
one=$(approve carol "$third")
two=$(approve erin "$third")
accepted "$one"
accepted "$two"
git ls-tree --name-only main "$third/" | sed 's,.*/,,' >files
check_output files <<END
apply.0.bob
approve.1.carol
approve.1.erin
attachments
record
END

# Two of somebody's acts that do not know of each other would be one file there: the first of them is it, and he says the other anew.
apply bob S-0007 --presses 3
path=seals/S-0007/applications/$year/0/$APPLICATION
tip=$(git log --no-merges -1 --format=%H main -- "$path")
behind=(forge act -p "$tip" withdraw "$path" Previous-SHA256="$(forge id "$tip")")
accepted "$(as bob "${behind[@]}" Cap=2)"
refused CONFLICT "'$path/withdraw.0.bob' has been changed by somebody else" "$(as bob "${behind[@]}" Cap=1)"
accepted "$(as bob forge act withdraw "$path" Cap=1)"
