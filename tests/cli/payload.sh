#!/bin/bash
# Deciding without our software: what is to be signed goes to a machine that has the file, gpg and nothing else, and the signature comes back.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../elsewhere.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
apply bob S-0007 --presses 3
document=$(sha256sum <"$TEST_DIR/contract.txt" | cut -c 1-64)
key=$(fingerprint carol)

# What is refused is refused here, in the same words; -n says what would be decided; nothing is written.
before=$(heads)
check_status 1 seal-approve --as frank --payload file d1-000001
check_output err <<<"seal-approve: NO-AUTHORITY: 'd1-000001': level 1 needs a 'manager', and 'frank' is not one; needed: another 'manager': carol, erin"
check_status 1 seal-approve --as bob --payload file d1-000001
check_output err <<<"seal-approve: OWN-APPLICATION: 'd1-000001': nobody decides on an application of his own; needed: another 'manager': carol, erin"
check_status 1 seal-approve --as nobody --payload file d1-000001
check_output err <<<"seal-approve: there is nobody called 'nobody'; see people-list"
check_status 1 seal-approve --as carol --key "$(fingerprint dave)" --payload file d1-000001
check_output err <<<"seal-approve: 'carol' has no such key that decides in this archive; see people-list"
check_status 2 seal-approve --payload file d1-000001
check_has err 'seal-approve: --payload wants to know who will sign it: --as PERSON'
check_status 2 seal-approve --as carol --key "$key" d1-000001
check_status 0 seal-approve -n --as carol --payload file d1-000001
check_output out <<<"$path/d1-000001	approve: Level 1, Role manager, Presses 3	level 1 wants 1 more 'manager'"
[ ! -e file ] || fail 'a file although nothing was to be done'

# It says all that carol can hold against what she was asked, and how she signs.
check_status 0 seal-approve --as carol --presses 2 --payload 'her approval' d1-000001
digest=$(sha256sum 'her approval' | cut -c 1-64)
sed -E 's/^(until\t).*Z$/\1.../' out >said
check_output said <<END
who	carol, Carol Wu
decides	approve: Level 1, Role manager, Presses 2
seal	S-0007
application	d1-000001
applicant	bob, Bob Li
title	Desks
for	a contract
document	contract.txt
document-sha256	$document
file	her approval
sha256	$digest
until	...
sign	gpg --local-user $key! --armor --detach-sign 'her approval'
submit	chancery-submit 'her approval' 'her approval.asc'
END
[ "$before" = "$(heads)" ] || fail 'the register has moved'
check_status 1 seal-approve --as carol --payload 'her approval' d1-000001
check_output err <<<"seal-approve: cannot create 'her approval': it exists, and is not overwritten"

# Signed where there is nothing but gpg, handed in by anybody; the act's id is what sha256sum says of the file.
seal-approve --as carol --presses 2 --payload approval d1-000001 >out
sign_elsewhere carol approval
check_status 0 chancery-submit -n approval approval.asc
check_output out <<<"$path/d1-000001	carol, approve: Level 1, Role manager, Presses 2"
[ "$before" = "$(heads)" ] || fail '-n has moved the register'
check_status 0 chancery-submit approval approval.asc
check_output out <<<"$(sha256sum approval | cut -c 1-64)	$path/d1-000001	level 2 wants 1 more 'director'"
check_status 0 chancery-verify -q

# What she decides on she can see with git and gpg, as chancery(7) says.
rm -r "$TEST_DIR/away"
mkdir "$TEST_DIR/away"
seal-approve -q --as dave --payload "$TEST_DIR/away/approval" d1-000001
sed -n '/^\.\\" begin git$/,/^\.\\" end git$/{/^\./d; s/^[a-z]*[$>] //; p}' "$SRC/docs/man/chancery.7" | sed "s,ssh://[^ ]*,file://$CHANCERY_ARCHIVE," >commands
[ "$(wc -l <commands)" -ge 8 ] || fail 'chancery(7) has lost its commands'
(cd "$TEST_DIR/away" && env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$PWD" bash -eu -o pipefail "$TEST_DIR/work/commands") >seen 2>&1 || { cat seen; fail 'a command of chancery(7) failed'; }
GNUPGHOME=$TEST_DIR/away/ring gpgconf --kill all
[ "$(grep -c 'Good signature' seen)" -eq 2 ] || fail "not two good signatures: $(cat seen)"
check_has seen "Document-SHA256: $document" "$document  attachments/contract.txt" 'carol approves' 'bob applies' \
	"$(sed -n 's/^Subject-SHA256: //p' "$TEST_DIR/away/approval")  apply.0.bob"

# The same with each other tool, and as JSON; - writes to standard output, and the words aside.
as alice people-add -q --role administrator --role director alice
check_status 0 seal-transfer -q --as dave --to alice --payload transfer d1-000001
check_output out </dev/null
sign_elsewhere dave transfer "gpg --armor --detach-sign transfer"
check_status 0 chancery-submit -q transfer transfer.asc
check_status 0 seal-approve --json --as alice --payload second d1-000001
check_has out '"decides":"approve: Level 2, Role director, Presses 2"' "\"sha256\":\"$(sha256sum second | cut -c 1-64)\""
sign_elsewhere alice second "gpg --armor --detach-sign second"
check_status 0 chancery-submit second second.asc
cut -f 3 out >next
check_output next <<<'nothing: 2 of 2 presses are left'
seal-withdraw --as bob --cap 1 --payload - d1-000001 >withdrawal 2>words
check_has words "sha256	$(sha256sum withdrawal | cut -c 1-64)" 'decides	withdraw: Cap 1' '--detach-sign -'
sign_elsewhere bob withdrawal "gpg --armor --detach-sign withdrawal"
check_status 0 chancery-submit withdrawal withdrawal.asc

# An application brings files: they are kept, whatever gc does, until it is registered.
check_status 0 seal-apply --as frank --document "$TEST_DIR/contract.txt" --reason chairs --presses 4 --payload application S-0007
check_has out 'decides	apply: Presses 4, Photos 4' "document-sha256	$document"
git -C "$CHANCERY_ARCHIVE" -c gc.auto=0 gc -q --prune=now
sign_elsewhere frank application
check_status 0 chancery-submit application application.asc
check_output out <<<"$(sha256sum application | cut -c 1-64)	$path/d1-000002	level 1 wants 1 more 'manager'"
git -C "$CHANCERY_ARCHIVE" for-each-ref --format='%(refname)' >refs
check_output refs <<<'refs/heads/main'

# A batch goes to a directory, one file for each application.
apply bob S-0007 --presses 1
check_status 2 seal-reject --as carol --reason 'no chairs' --payload files d1-000002 d1-000003
mkdir files
check_status 0 seal-reject --as carol --reason 'no chairs' --payload files d1-000002 d1-000003
mv out words
for id in 2 3; do
	sign_elsewhere carol "files/reject-d1-00000$id-carol.payload" "$(sed -n 's/^sign\t//p' words | grep "d1-00000$id")"
	check_status 0 chancery-submit "files/reject-d1-00000$id-carol.payload" "reject-d1-00000$id-carol.payload.asc"
done
seal-list | cut -f 1,3 >list
check_output list <<END
d1-000001	approved
d1-000002	rejected
d1-000003	rejected
END
# Names that a shell or a program reads in its own way.
apply bob S-0007
for name in "Carol's \"file\"; \$HOME" -n; do
	seal-approve --as carol --payload "$name" "$APPLICATION" >out
	submit=$(sed -n 's/^submit\t//p' out)
	sign_elsewhere carol "./$name"
	check_status 0 bash -c "${submit/submit/submit -n}"
done
check_status 0 chancery-verify
