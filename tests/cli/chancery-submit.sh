#!/bin/bash
# Handing in what was signed elsewhere: other programs, what mail does to signatures, mistakes; the words for each.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../elsewhere.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
apply bob S-0007 --presses 3
carol() { as carol gpg --quiet --batch --yes "$@"; }
seal-approve --as carol --payload file d1-000001 >out
before=$(heads)

check_status 2 chancery-submit file
check_has err 'chancery-submit: wants the file that was signed, and its signature'
check_status 74 chancery-submit nothing file
check_has err "chancery-submit: cannot open 'nothing': No such file or directory"

# says CODE WORDS FILE SIGNATURE: refused in these words, and the register is where it was.
says() {
	check_status 1 chancery-submit "$3" "$4"
	check_output err <<<"chancery-submit: $1: $2"
	[ "$before" = "$(heads)" ] || fail 'the register has moved'
}
signature() { says MALFORMED-SIGNATURE "$1" file "$2"; }

# What is no detached signature of these bytes.
carol --armor --detach-sign -o file.asc file
carol --detach-sign -o file.sig file
: >empty
signature 'there is no signature in it' empty
signature 'there is no signature in it' file
for swapped in file.asc file.sig; do
	says MALFORMED-COMMIT 'the first file is a signature; say the file that was signed first, then the signature' $swapped file
	says MALFORMED-COMMIT 'the first file is a signature; say the file that was signed first, then the signature' $swapped $swapped
done
carol --clear-sign -o clear file
signature 'the text has been signed with its signature around it; make a detached one: gpg --armor --detach-sign FILE' clear
carol --armor --sign -o inline file
signature 'this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE' inline
carol --sign -o inline file
signature 'this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE' inline
carol --armor --export -o key
signature 'this is a key, not a signature' key
carol --textmode --detach-sign -o text file
signature 'the signature is over text, whatever its line ends; sign the bytes, without --textmode' text
carol --digest-algo SHA1 --detach-sign -o weak file 2>/dev/null
signature 'the signature uses a weak hash; say --digest-algo SHA512' weak
carol --digest-algo SHA384 --detach-sign -o odd file
signature 'the signature uses SHA-384, which a seal does not know; say --digest-algo SHA512' odd
carol --default-sig-expire 1d --detach-sign -o short file
signature 'the signature expires, and a decision does not; sign without --default-sig-expire' short
carol --sig-notation 'means@example.org=only until noon' --detach-sign -o note file
signature 'the signature has a note in it that limits or explains it; sign without notations, policy and keyserver addresses' note
carol --sig-keyserver-url https://keys.example.org --detach-sign -o note file
signature 'the signature has a note in it that limits or explains it; sign without notations, policy and keyserver addresses' note
carol --pinentry-mode loopback --passphrase x --symmetric -o secret file
signature 'this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE' secret
printf '\x84\x5e\x03' >secret
signature 'this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE' secret

# What mail makes of it.
sed 's/^/> /' file.asc >quoted
signature 'the signature is quoted, as in an answer to a mail; save it from the mail itself, or attach it as a file' quoted
sed 's/=/=3D/g' file.asc >printable
signature 'mail has encoded the signature (quoted-printable); save it as an attachment instead of copying it from the source of the mail' printable
head -n 4 file.asc >"cut"
signature 'the signature is cut off; attach it as a file' cut
sed '4s/./-/' file.asc >damaged
signature 'the signature was damaged on its way; attach it as a file' damaged
iconv -t UTF-16 file.asc >wide
signature 'this is text of two bytes to the letter (UTF-16), as some shells write it; let gpg write the file itself, with --output' wide
{ printf 'Content-Type: application/pgp-signature\nContent-Transfer-Encoding: base64\n\n'; base64 file.asc; } >source
signature 'mail has encoded the signature (base64); save it as an attachment instead of copying it from the source of the mail' source
gzip -c file.asc >packed
signature 'there is no signature in it; what was packed (zip) has to be unpacked first' packed
cat file.asc file.asc >twice
signature 'there are several signatures; hand in one at a time' twice
sed 's/$/\r/' file >windows
carol --armor --detach-sign -o windows.asc windows
says MALFORMED-COMMIT 'the lines of the file end in CR LF: an editor or a mail program has changed it; send it as an attachment, and sign what arrives' windows windows.asc
attach='send it as an attachment, and sign what arrives'
{ printf '\xef\xbb\xbf' && cat file; } >notepad
says MALFORMED-COMMIT "the file is not one that --payload wrote, or it was changed; $attach" notepad file.asc
sed 's/^/> /' file >answer
says MALFORMED-COMMIT "the file is not one that --payload wrote, or it was changed; $attach" answer file.asc
for change in 's/$/ /' '/^$/d'; do
	sed "$change" file >reflowed
	says MALFORMED-COMMIT 'the file is not as --payload wrote it; draw it up again, and send it as an attachment' reflowed file.asc
done
echo >>windows
carol --armor --detach-sign -o windows.asc windows
says BAD-SIGNATURE "the signature does not fit the bytes and the key; the file was changed before or after it was signed, or another one was signed; $attach" file windows.asc

# Carol's clock is a year ahead.
carol --faked-system-time "$(date -u -d 'next year' +%Y%m%dT%H%M%S)" --detach-sign -o early file
says WRONG-TIME 'drawn up or signed after it was received; is the clock right where it was signed?' file early

# A week is over; what an application brings is not there any more.
seal-apply --as frank --document "$TEST_DIR/contract.txt" --reason chairs --payload other S-0007 >out
as frank gpg --quiet --batch --detach-sign -o other.sig other
kept=$(git -C "$CHANCERY_ARCHIVE" for-each-ref --format='%(refname)' refs/payloads)
cp -r "$CHANCERY_ARCHIVE" expired
git -C expired update-ref -d "$kept"
git -C expired gc -q --prune=now
check_status 1 chancery-submit -A expired other other.sig
check_output err <<<'chancery-submit: WRONG-CONTENT: the files that it brings are not kept here (any more); hand it in where it was drawn up, or draw it up again'
git -C "$CHANCERY_ARCHIVE" update-ref "refs/payloads/1/${kept##*/}" "$kept"

# All these are the same: with text around it, from Windows, with headers, with another hash, in binary form.
{ echo 'I agree.'; echo; sed 's/$/\r/; 1s/$/\nVersion: 2/' file.asc; echo '-- '; echo Carol; } >mailed
check_status 0 chancery-submit -n file mailed
carol --digest-algo SHA256 --detach-sign -o binary file
check_status 0 chancery-submit -n file binary
carol --digest-algo SHA512 --armor --detach-sign -o - file >piped
check_status 0 chancery-submit - piped -n <file
check_status 0 chancery-submit --json -n file binary
check_output out <<<"{\"subject\":\"$path/d1-000001\",\"would\":\"carol, approve: Level 1, Role manager, Presses 3\"}"

# In it goes; once.
check_status 0 chancery-submit file mailed
before=$(heads)
says DUPLICATE 'registered already' file binary
[ "$(git -C "$CHANCERY_ARCHIVE" for-each-ref --format='%(refname)' refs/payloads)" = "$kept" ] || fail 'what was kept too long is kept still'
check_status 0 chancery-verify -q
