#!/bin/bash
# Applications: what is attached and said, and what is refused before anything is signed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
year=$(date -u +%Y)
cp "$TEST_DIR/contract.txt" contract.txt
echo annex >annex.txt

check_status 0 as bob bash -c "$(example seal-apply 1)"
check_status 0 as bob seal-apply --document contract.txt --reason desks --presses 3 --not-after +30d S-0007
cut -f 2 out >subject
# -n has used up no number.
check_output subject <<<"seals/S-0007/applications/$year/0/d1-000001"
seal-list | cut -f 1,7 >list
check_output list <<<'d1-000001	contract.txt'

check_status 1 as alice seal-apply --document contract.txt --reason x S-0007
check_has err "NOT-ALLOWED: no line of the policy allows 'alice' (roles: administrator) to apply 'seals/S-0007/applications/"
check_status 1 as bob seal-apply --document contract.txt --reason x S-0009
check_output err <<<"seal-apply: NOT-ENROLLED: there is no seal 'S-0009'; see chancery-status"
check_status 1 as bob seal-apply --document contract.txt --reason x --not-after 2020-01-01 S-0007
check_output err <<<'seal-apply: EXPIRED: Not-After has passed already'
check_status 1 as bob seal-apply --document contract.txt --reason x --not-before +2d --not-after +1d S-0007
check_output err <<<'seal-apply: WRONG-TIME: Not-Before is after Not-After'
check_status 1 as bob seal-apply --document contract.txt --reason x --copy 'alice zoe' S-0007
check_output err <<<"seal-apply: NOT-ALLOWED: Copy names 'zoe', who is not registered"
check_status 74 as bob seal-apply --document missing.txt --reason x S-0007
check_has err "cannot open 'missing.txt'"
check_status 2 as bob seal-apply --document contract.txt S-0007
check_status 2 as bob seal-apply --reason x S-0007
check_status 2 as bob seal-apply --document contract.txt --reason x --presses 0 S-0007
check_status 2 as bob seal-apply --dropped ../keys/registrar --reason x S-0007
cp contract.txt con.txt
check_status 2 as bob seal-apply --document con.txt --reason x S-0007
check_output err <<<"seal-apply: 'con.txt' is not a name that every office's system can hold; rename it first"

# Everything that is said is in what is signed, and the documents are in the tree.
check_status 0 as bob seal-apply --document contract.txt --document annex.txt --reason 'two files' --title 'Ten chairs' --presses 2 --photos 1 \
	--not-after +30d --fresh 3600 --approvers 'carol dave' --copy alice --place 31.2304,121.4737 --radius 500 S-0007
application=$(cut -f 2 out)
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main "$application" | sed "s,$application/,," >files
check_output files <<END
apply.0.bob
attachments/annex.txt
attachments/contract.txt
record
END
git -C "$CHANCERY_ARCHIVE" show "main:$application/apply.0.bob" | grep -e ^Presses -e ^Photos -e ^Fresh -e ^Approvers -e ^Copy -e ^Place -e ^Radius >said
check_output said <<END
Presses: 2
Photos: 1
Fresh: 3600
Approvers: carol dave
Copy: alice
Place: 31.2304,121.4737
Radius: 500
END
git -C "$CHANCERY_ARCHIVE" show "main:$application/attachments/annex.txt" | cmp - annex.txt

# From the drop folder: there until it is registered, gone afterwards.
mkdir -p "$CHANCERY_ARCHIVE/chancery/drop/documents"
cp annex.txt "$CHANCERY_ARCHIVE/chancery/drop/documents/dropped.txt"
check_status 1 as alice seal-apply --dropped dropped.txt --reason x S-0007
[ -f "$CHANCERY_ARCHIVE/chancery/drop/documents/dropped.txt" ] || fail 'refused, and gone'
check_status 0 as bob seal-apply --dropped dropped.txt --reason x S-0007
[ ! -e "$CHANCERY_ARCHIVE/chancery/drop/documents/dropped.txt" ] || fail 'registered, and still there'

# Documents are in every clone: there is an end to what they hold, and to what an application has of them.
truncate -s 65M long.pdf
check_status 1 as bob seal-apply --document long.pdf --reason x S-0007
check_output err <<<"seal-apply: TOO-LONG: 'long.pdf' has more than 64 MiB, and would be in every clone for ever; make it smaller, or apply for a text that names its SHA-256"
for n in 1 2 3; do truncate -s 43M "part$n.pdf"; done
check_status 1 as bob seal-apply --document part1.pdf --document part2.pdf --document part3.pdf --reason x S-0007
check_output err <<<'seal-apply: TOO-LONG: the documents of an application have more than 128 MiB together; apply with fewer of them'
