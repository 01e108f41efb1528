#!/bin/bash
#
# Stock gpg and we read each other's keys and signatures; and what gpg calls good although somebody without the key has bent it, we refuse.
. "$(dirname "$0")/../lib.sh"

quietly() { "$@" 2>/dev/null; }
gpg() { command gpg --quiet --batch --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@"; }
fpr() { quietly gpg --with-colons --list-secret-keys "$1" | awk -F: '$1 == "fpr" && !n++ { print $10 }'; }
gpg_says_good() { gpg --status-fd 1 --verify "$1" text 2>/dev/null | grep "VALIDSIG ${2^^} .* ${2^^}\$" >/dev/null; }

# check CODE CERTIFICATE SIGNATURE: over the file `text`.
check() {
	local found
	found=$(pgp verify "$2" "$3" text) || :
	[ "$found" = "$1" ] || fail "'$3' by '$2': $found instead of $1"
}

check_key() {
	local found
	found=$(pgp key "$2") || :
	[ "${found%% *}" = "$1" ] || fail "'$2': $found instead of $1"
}

printf 'tree 1\n\nsome text \r\nwithout end' >text

# ---- gpg's keys, each in its usual company ----

quietly gpg --quick-generate-key 'Li Ming <li@ed25519>' ed25519 sign never
quietly gpg --quick-add-uid li@ed25519 '李明 <liming@ed25519>'
quietly gpg --quick-add-uid li@ed25519 'Li, third'
quietly gpg --quick-add-key "$(fpr li@ed25519)" cv25519 encr never
quietly gpg --quick-generate-key 'Rosa <rosa@rsa3072>' rsa3072 default never
quietly gpg --quick-add-key "$(fpr rosa@rsa3072)" rsa3072 encr never
quietly gpg --quick-generate-key 'Nina <nina@nistp256>' nistp256 default never
quietly gpg --quick-add-key "$(fpr nina@nistp256)" nistp256 encr 2y
quietly gpg --quick-sign-key "$(fpr li@ed25519)"

algorithm=([1]=rosa@rsa3072 [19]=nina@nistp256 [22]=li@ed25519)
for number in 1 19 22; do
	who=${algorithm[number]}
	id=$(fpr "$who")
	gpg --export "$who" >"$who.bin"
	gpg --armor --export "$who" >"$who.asc"
	pgp armor key "$who.bin" | cmp - "$who.asc"
	pgp dearmor key "$who.asc" | cmp - "$who.bin"
	pgp key "$who.asc" >out
	check_has out "OK $number ${id,,} "
	gpg --local-user "$id" --armor --detach-sign <text >"$who.sig"
	check OK "$who.asc" "$who.sig"
	quietly pgp dearmor signature "$who.sig" >sig.bin
	pgp armor signature sig.bin | cmp - "$who.sig"
	gpg --local-user "$who" --armor --detach-sign <text >"$who.named.sig" # this one carries the user id
	check OK "$who.asc" "$who.named.sig"
done
for hash in sha256 sha384 sha512; do
	gpg --local-user "$(fpr li@ed25519)" --digest-algo "$hash" --armor --detach-sign <text >"li.$hash.sig"
done
check OK li@ed25519.asc li.sha256.sig
check MALFORMED-SIGNATURE li@ed25519.asc li.sha384.sig # the seal does not compute it
check OK li@ed25519.asc li.sha512.sig
for length in 1 2 3 47 48 49 95 96 97 144; do # around the ends of armor's lines
	head -c "$length" li@ed25519.bin >bytes
	diff <(pgp armor key bytes | sed -n '3,/^=/p') <(gpg --enarmor <bytes | sed -n '4,/^=/p')
done

# ---- our keys and signatures, by gpg's judgement ----

pgp create d1 'd1 <d1@archive>'
pgp certificate d1 >d1.asc
read -r code number id rest <<<"$(pgp key d1.asc)"
[ "$code $number $rest" = "OK 22 d1 <d1@archive>" ]
gpg --import d1.asc
gpg --with-colons --check-sigs d1@archive >out
check_has out "fpr:::::::::${id^^}:" "uid:-::::"
grep -q '^sig:!::22:' out # the certification of the user id is good
pgp sign d1 text >d1.sig
gpg_says_good d1.sig "$id"
check OK d1.asc d1.sig
cp text kept
short=
for ((i = 0; i < 5000 && ${#short} < 2; i++)); do # numbers with leading zeros, which gpg strips
	echo "$i" >text
	pgp sign d1 text >short.sig
	[ "$(pgp dearmor signature short.sig | wc -c)" -lt 119 ] || continue
	gpg_says_good short.sig "$id"
	check OK d1.asc short.sig
	short+=x
done
[ "$short" = xx ]
cp kept text
echo >>text
check BAD-SIGNATURE d1.asc d1.sig
check BAD-SIGNATURE li@ed25519.asc li@ed25519.sig
check BAD-SIGNATURE rosa@rsa3072.asc rosa@rsa3072.sig
check BAD-SIGNATURE nina@nistp256.asc nina@nistp256.sig
cp kept text
check WRONG-KEY li@ed25519.asc d1.sig

# ---- one signature, other texts: no key is needed for these ----

for who in d1 li@ed25519; do
	key=$who.asc good=$who.sig
	check OK "$key" "$good"
	sed 's/^$/Comment: x\n/' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	sed 's/^$/Version: x\n/' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	sed 's/$/\r/' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	sed '4s/$/ /' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	sed '/^=/d' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	sed '3s/^..../&\n/' "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	{ cat "$good" && echo more; } >bent && check MALFORMED-SIGNATURE "$key" bent
	{ cat "$good" && echo; } >bent && check MALFORMED-SIGNATURE "$key" bent
	{ echo more && cat "$good"; } >bent && check MALFORMED-SIGNATURE "$key" bent
	cat "$good" "$good" >bent && check MALFORMED-SIGNATURE "$key" bent
	{ pgp dearmor signature "$good" && pgp dearmor signature "$good"; } >sig.bin
	pgp armor signature sig.bin >bent && check MALFORMED-SIGNATURE "$key" bent
done

# ---- one signature, other bytes ----

forge() {
	pgp-forge "$1" d1 text >"$1.sig"
	check "$2" "${3:-d1.asc}" "$1.sig"
}
forge none OK
cmp none.sig d1.sig
forge left16 BAD-SIGNATURE
forge s-plus-l BAD-SIGNATURE
forge leading-zero MALFORMED-SIGNATURE
forge inexact MALFORMED-SIGNATURE
forge long-length MALFORMED-SIGNATURE
forge new-format MALFORMED-SIGNATURE
forge unhashed-note MALFORMED-SIGNATURE
forge issuer-unhashed MALFORMED-SIGNATURE
forge time-unhashed MALFORMED-SIGNATURE
forge critical-unknown MALFORMED-SIGNATURE
pgp-forge small-order-key d1 text >small-order.asc
check_key OK small-order.asc
forge small-order BAD-SIGNATURE small-order.asc

# ---- what gpg signs on request, and no act may be ----

by=(gpg --local-user "$(fpr li@ed25519)" --armor)
"${by[@]}" --textmode --detach-sign <text >type01.sig
"${by[@]}" --default-sig-expire 1y --detach-sign <text >expires.sig
"${by[@]}" --sig-notation a@b=c --detach-sign <text >notation.sig
"${by[@]}" --sign <text >inline.sig
"${by[@]}" --clear-sign <text >clear.sig
"${by[@]}" --local-user "$(fpr nina@nistp256)" --detach-sign <text >both.sig
gpg --list-packets type01.sig >out && check_has out 'sigclass 0x01'
gpg --list-packets expires.sig >out && check_has out 'hashed subpkt 3 '
gpg --list-packets notation.sig >out && check_has out 'hashed subpkt 20 '
for name in type01 expires notation inline clear both; do
	check MALFORMED-SIGNATURE li@ed25519.asc "$name.sig"
done
quietly gpg --local-user "$(fpr rosa@rsa3072)" --digest-algo SHA1 --allow-weak-digest-algos --armor --detach-sign <text >sha1.sig
gpg --list-packets sha1.sig >out && check_has out 'digest algo 2,'
check MALFORMED-SIGNATURE rosa@rsa3072.asc sha1.sig
quietly gpg --quick-add-key "$(fpr li@ed25519)" ed25519 sign never
gpg --armor --export li@ed25519 >li.subkey
check OK li.subkey li@ed25519.sig
gpg --local-user "$(fpr li@ed25519)" --armor --detach-sign <text >subkey.sig # gpg prefers the subkey
check WRONG-KEY li.subkey subkey.sig

# ---- certificates that are none ----

bad_key() {
	pgp armor key bytes >bent
	check_key MALFORMED-KEY bent
}
cat li@ed25519.bin >bytes && pgp armor key bytes >bent && check_key OK bent
cat li@ed25519.bin nina@nistp256.bin >bytes && bad_key
{ cat li@ed25519.bin && echo more; } >bytes && bad_key
gpg --export-secret-keys li@ed25519 >bytes && bad_key
head -c 300 li@ed25519.bin >bytes && bad_key
sed 's/^$/Comment: x\n/' li@ed25519.asc >bent && check_key MALFORMED-KEY bent
gpg --armor --export-secret-keys li@ed25519 >bent && check_key MALFORMED-KEY bent
quietly gpg --quick-generate-key 'Old <old@rsa1024>' rsa1024 default never
gpg --armor --export old@rsa1024 >bent && check_key MALFORMED-KEY bent
quietly gpg --quick-generate-key 'Dora <dora@dsa>' dsa2048 default never
gpg --armor --export dora@dsa >bent && check_key MALFORMED-KEY bent
