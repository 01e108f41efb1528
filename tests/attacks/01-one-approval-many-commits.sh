#!/bin/bash
# One approval, many commits that git calls good: an act is its signed payload, and of each signature there is one form.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
payload carol approval approve "$path" Level=1 Role=manager Presses=1
good=$(signed carol approval)
git -C "$CHANCERY_ARCHIVE" cat-file commit "$good" >raw

# Without the key: the bytes around the signature. git finds nothing wrong with any of them.
disguised() {
	local commit

	commit=$(git -C "$CHANCERY_ARCHIVE" hash-object -t commit -w --literally --stdin)
	[ "$commit" != "$good" ] || fail 'nothing was changed'
	as carol git -C "$CHANCERY_ARCHIVE" verify-commit "$commit" 2>/dev/null || fail 'git refuses it, too'
	barred "$1" "$2" "$commit"
}
signature=(MALFORMED-SIGNATURE 'the signature is not in canonical form')
commit=(MALFORMED-COMMIT 'the commit is not in canonical form')
sed '/BEGIN PGP/a\ Comment: seen' raw | disguised "${signature[@]}"
sed '/BEGIN PGP/a\ Version: GnuPG v2' raw | disguised "${signature[@]}"
sed 's/^ -----END PGP SIGNATURE-----$/&\n words behind the end/' raw | disguised "${signature[@]}"
sed 's/^ -----END PGP SIGNATURE-----$/&\n /' raw | disguised "${signature[@]}"
sed '/^gpgsig/,/^ -----END/s/$/\r/' raw | disguised "${commit[@]}"
sed 's/^ -----END PGP SIGNATURE-----$/&\ngpgsig-sha256 rubbish/' raw | disguised "${commit[@]}"
awk '/^ =/ && !done { done = 1; next } 1' raw | disguised "${signature[@]}"

# With the keys of two people: one payload, two signatures, both good. The signer has to be the owner of the Key that is named.
erins=$(signed erin approval)
as erin git -C "$CHANCERY_ARCHIVE" verify-commit "$erins" 2>/dev/null || fail 'git refuses it, too'
barred WRONG-KEY 'signed by another key than the statement names' "$erins"

accepted "$good"
