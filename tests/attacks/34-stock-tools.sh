#!/bin/bash
# timeout: 900
# An extract forged, SHA256SUMS with it, for an auditor who has nothing but README and the stock tools it names: each kind of member, signatures by others.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../extract.sh"

used_application
unpack a.tar
readme_commands() { sed -n 's/^    //p' "$ROOT/README" && echo 'echo to the end'; }
readme_commands >commands
kinds=(files/record files/attachments/* files/approve.1.carol files/receipts.4 files/photos/6.jpg chain.bundle ground.bundle acts/01-apply.payload
	acts/02-approve.asc register/000003.payload register/000003.asc "keys/$(fingerprint carol).asc" policy/rules.1)

# found: what the commands of README, in the order of README, say of $ROOT that is not well. No shell's option helps.
found() {
	rm -rf auditor
	mkdir auditor
	(cd "$ROOT" && env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$TEST_DIR/work/auditor" TMPDIR="$TEST_DIR/work/auditor" sh ../../commands) >said 2>&1
	[ "$(tail -n 1 said)" = 'to the end' ] || fail "$(cat said)"
	for ring in auditor/tmp.*; do GNUPGHOME=$PWD/$ring gpgconf --kill all; done
	grep -E '^BAD |^MISSING |FAILED|^fatal|^diff |differ$|^Only in ' said
}
unnoticed() { found >wrong || [ $? -eq 1 ]; [ ! -s wrong ]; }
# noticed WHAT: so it is, then $ROOT is as it was.
noticed() {
	restate
	! unnoticed || fail "nothing is said of $1"
	unpack a.tar
}
unnoticed || fail "of what is well: $(cat wrong)"

for kind in "${kinds[@]}"; do
	# shellcheck disable=SC2086
	path=$(cd "$ROOT" && echo $kind)
	python3 - "$ROOT/$path" <<-'END'
		import sys
		data = bytearray(open(sys.argv[1], "rb").read())
		data[len(data) // 2] ^= 1
		open(sys.argv[1], "wb").write(data)
	END
	noticed "$path"
done

# Mallory, whom his key calls carol, signs what she has not: gpg finds a good signature.
mkdir -p "$TEST_DIR/people/mallory/.gnupg"
chmod 700 "$TEST_DIR/people/mallory/.gnupg"
mallory() { as mallory gpg --quiet --batch --yes --pinentry-mode loopback --passphrase '' "$@"; }
mallory --quick-generate-key 'carol <carol@example.org>' ed25519 sign never
for file in acts/02-approve register/000003; do
	mallory --armor --export >"$ROOT/keys/$(fingerprint mallory).asc"
	mallory --armor --detach-sign -o "$ROOT/$file.asc" "$ROOT/$file.payload"
	sed -i "\$aFile: 0 0 keys/$(fingerprint mallory).asc" "$ROOT/MANIFEST"
	noticed "mallory's signature of $file"
	check_has said 'Good signature from "carol <carol@example.org>"'
done

# Receipts of a key of his own, each good by itself; and one left out.
awk '/^Format:/ { o = "receipt." (++n) } /^-----BEGIN/ { o = o ".asc" } { print >o }' "$ROOT/files/receipts.4"
for n in 1 2 3; do mallory --armor --detach-sign -o receipt.$n.asc receipt.$n; done
for n in 1 2 3; do cat receipt.$n receipt.$n.asc; done >"$ROOT/files/receipts.4"
mallory --armor --export >"$ROOT/keys/$(fingerprint mallory).asc"
sed -i "\$aFile: 0 0 keys/$(fingerprint mallory).asc" "$ROOT/MANIFEST"
noticed "mallory's receipts"
check_has wrong 'BAD files/receipts.4'
awk '/^Format:/ { n++ } n != 2' "$ROOT/files/receipts.4" >fewer
mv fewer "$ROOT/files/receipts.4"
noticed 'a receipt that was left out'
check_has wrong 'BAD files/receipts.4'

# A photo that was taken later, which no receipt names.
apply bob S-0007 --photos 1
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
use "$APPLICATION" 1 0
{ printf 'P5 8 8 255\n' && printf '%64s' ''; } >a.pgm
"$BUILD/tests/helpers/camera" a.pgm >a.jpg
as bob seal-photo -q "$APPLICATION" a.jpg
chancery-export -q -o later.tar "$APPLICATION"
cp later.tar a.tar
unpack a.tar
readme_commands >commands
unnoticed || fail "of what is well: $(cat wrong)"
printf x >>"$(echo "$ROOT"/files/photos/press-*.jpg)"
noticed 'a photo that was taken later'
check_has wrong 'BAD files/photos/press-'
