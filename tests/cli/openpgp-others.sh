#!/bin/bash
# Other programs than gpg sign decisions, each with its own habits of what it signs beside the text: sq and rnp.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../elsewhere.sh"

command -v sq >/dev/null || skip 'sq is not installed'
command -v rnp >/dev/null || skip 'rnp is not installed'
office_seals
as carol gpg --quiet --batch --export-secret-keys >carol.key
mkdir -m 700 rnp
rnpkeys --homedir rnp --import-keys carol.key >/dev/null 2>&1

with_sq() { sq sign --signer-key carol.key --detached -o "$2" "$1"; }
with_sq_binary() { sq sign --signer-key carol.key --binary --detached -o "$2" "$1"; }
with_rnp() { rnp --homedir rnp --sign --detach --output "$2" "$1" </dev/null; }
with_rnp_armored() { rnp --homedir rnp --sign --detach --armor --hash SHA512 --output "$2" "$1" </dev/null; }

for program in with_sq with_sq_binary with_rnp with_rnp_armored; do
	apply bob S-0007
	seal-approve -q --as carol --payload "$program.file" "$APPLICATION"
	sed 's/^Presses: 1$/Presses: 2/' "$program.file" >other
	"$program" other other.sig
	check_status 1 chancery-submit "$program.file" other.sig
	check_has err 'BAD-SIGNATURE'
	"$program" "$program.file" "$program.sig"
	check_status 0 chancery-submit "$program.file" "$program.sig"
	rm other other.sig
done

# Stock git and gpg call them good, and so does a seal: it reads the same bytes with the same source (tests/unit/pgpsig.c).
as carol git -C "$CHANCERY_ARCHIVE" log --no-merges --format='%G? %an' --author=carol main >said 2>/dev/null
[ "$(grep -c '^[GU] carol$' said)" -eq 4 ] || fail "$(cat said)"
check_status 0 chancery-verify -q
