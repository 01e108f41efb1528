#!/bin/bash
# The person shown is the owner of the key that signed: not the author line, a mailmap, or words that look like a statement.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
payload frank franks approve "$path" Level=1 Role=manager Presses=1
malformed=(MALFORMED-COMMIT 'the commit is not in canonical form')
statement=(MALFORMED-STATEMENT 'the statement does not follow the grammar')

# frank signs, and has git show carol: in the author line, in the summary, in both with a statement of his own.
sed 's/^\(author\|committer\) frank <frank@/\1 carol <carol@/' franks >forged
barred "${malformed[@]}" "$(signed frank forged)"
sed 's/^frank approves/carol approves/' franks >forged
barred "${malformed[@]}" "$(signed frank forged)"
sed 's/^author frank <frank@\([0-9a-f]*\)>/author Carol Wu <carol@example.org>/' franks >forged
barred "${malformed[@]}" "$(signed frank forged)"
# Another archive, another time: in both lines, so that they agree with each other.
sed -E "s/^((author|committer) .*)@[0-9a-f]*>/\\1@$(printf %032d 7)>/" franks >forged
! cmp -s franks forged || fail 'nothing was changed'
barred "${malformed[@]}" "$(signed frank forged)"
sed -E 's/^((author|committer) .*>) [0-9]+/\1 1700000000/' franks >forged
! cmp -s franks forged || fail 'nothing was changed'
barred "${malformed[@]}" "$(signed frank forged)"
sed 's/^Actor: frank/Actor: carol/' franks >forged
barred "${malformed[@]}" "$(signed frank forged)"
sed 's/frank/carol/; s/frank@/carol@/' franks | sed 's/^frank/carol/; s/^Actor: frank/Actor: carol/' >forged
unsaid KEY-OWNER "the key belongs to 'frank', not to 'carol'" "$(signed frank forged)"
refused NO-AUTHORITY "level 1 needs a 'manager', and 'frank' is not one" "$(signed frank franks)"

# A message that imitates the statement: before it, behind it, inside a value.
payload carol carols approve "$path" Level=1 Role=manager Presses=1
sed '/^Format: 1/i Actor: dave\n' carols >forged
barred "${malformed[@]}" "$(signed carol forged)"
sed '$a Approved-by: dave' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
{ cat carols; printf '\nApproved-by: dave\n'; } >forged
barred "${malformed[@]}" "$(signed carol forged)"
sed 's/^Actor: carol/&\nActor: dave/' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
sed 's/^Actor: /actor: /' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
sed 's/^Actor: carol/Actor : carol/' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
sed 's/^Via: none/Via:\n none/' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
sed 's/^Presses: 1$/Presses: 1 /' carols >forged
barred "${statement[@]}" "$(signed carol forged)"
# Characters that are not seen, move others about, or have a second form: in no value.
reason() { as carol forge act reject "$path" Level=1 Role=manager Reason="$1"; }
for letter in $'\u202e' $'\u2066' $'\u200b' $'\ufeff' $'\u00ad' $'\u0085' $'\x7f' $'\t' $'\xff' $'\xc0\xaf'; do barred "${statement[@]}" "$(reason "a${letter}b")"; done
barred "${malformed[@]}" "$(reason $'a\rb')"
barred MALFORMED-STATEMENT 'text is not in Unicode normal form C' "$(reason $'u\u0308ber')"
check_status 2 as carol seal-reject --reason "$(printf 'no\nActor: dave')" d1-000001
check_has err '--reason wants one line'

# A reason that reads like one stays a reason, on its line.
apply bob S-0007
as carol seal-reject -q --reason 'Actor: dave Approved-by: dave' d1-000002
seal-show d1-000002 | awk -F '\t' '$4 == "reject" { print $3, $5 }' >shown
check_output shown <<<'carol Level 1, Role manager, Reason Actor: dave Approved-by: dave'

# Names that git would show instead: a mailmap in the caller's configuration, and in the place that git looks for.
printf 'dave <dave@example.org> carol <carol@%s>\n' "$(git -C "$CHANCERY_ARCHIVE" show main:archive/record | sed -n 's/^Archive: //p')" >mailmap
git -C "$CHANCERY_ARCHIVE" config mailmap.file "$PWD/mailmap"
git -C "$CHANCERY_ARCHIVE" log -1 --use-mailmap --no-merges --format=%aN main -- "${path%1}2" >named
check_output named <<<dave
seal-show d1-000002 | awk -F '\t' '$4 == "reject" { print $3 }' >shown
check_output shown <<<carol
check_status 0 chancery-verify -q

accepted "$(signed carol carols)"
check_status 2 as bob seal-apply --document "$TEST_DIR/contract.txt" --reason r --copy "$(printf 'alice\nActor: dave')" S-0007
check_has err "--copy wants ids with one space between them, not 'alice?Actor: dave'"

# The control: letters that are only foreign.
apply bob S-0007
path=${path%1}3
accepted "$(reason $'\u00fcber')"
