#!/bin/bash
# Time-stamps are evidence, and checked as such: over another page, altered, by somebody else, with a certificate for something else or of another time, and
# against the registrar's own times. What the register can tell of them it tells at once; the rest is for whoever knows whom to trust.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../authority.sh"

office_seals S-0007
authority one
authority two
authority old 20200101000000Z 20210101000000Z
authority web 20260101000000Z 20991231235959Z serverAuth
seq() { field main Seq; }
now=$(date -u +%Y%m%d%H%M%SZ)

# brings PAGE TOKEN [KEY=VALUE]...: the act, by the registrar's key and over that page, unless $by and $head say otherwise
by=(forge act -r) head=''
brings() {
	local page=$1 token=$2
	shift 2

	"${by[@]}" -f "token.$page.tsr=$token" stamp "stamps/0/$page" Seq="$page" Head="${head:-$(page_id "$page")}" Authority=x \
		Token-SHA256="$(sha256sum <"$token" | cut -c 1-64)" "$@"
}
# bad PAGE REASON: what an auditor is told, though the register took it. The archive is then as it was before.
bad() {
	check_status 1 chancery-verify -q --tsa-ca "$TEST_DIR/one/ca.pem"
	check_output err <<<"chancery-verify: the time-stamp of page $1 does not hold: $2"
	check_status 0 chancery-verify -q
	check_status 0 chancery-verify
	check_has out "stamp-bad	$1	" "	$2"
	back
}
back() { git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$clean"; forget_seen; }
clean=$(main)

# ---- the control ----
n=$(seq)
token_of one "$n" good
accepted "$(brings "$n" good)"
check_status 0 chancery-verify -q --tsa-ca "$TEST_DIR/one/ca.pem"
check_status 3 chancery-verify -q --tsa-ca "$TEST_DIR/two/ca.pem"
back

# ---- what the register sees ----
refused WRONG-CONTENT "Head is not the id of page '$n'" "$(head=$(page_id 1) brings "$n" good)"
clean=$(main)
refused WRONG-CONTENT "page $((n + 9)) is still to come" "$(head=$(page_id 1) brings $((n + 9)) good)"
refused WRONG-SUBJECT 'Seq and Subject differ' "$(brings "$n" good Seq=1)"
refused WRONG-CONTENT "Token-SHA256 'is not the digest of the content'" "$(brings "$n" good Token-SHA256="$(printf %064d 0)")"
head -c 70000 /dev/zero >huge
refused TOO-LONG 'a time-stamp has at most 65536 bytes' "$(brings "$n" huge)"
refused WRONG-CONTENT "does not bring 'stamps/0/$n/token.$n.tsr'" "$(forge act -r -f other=good stamp "stamps/0/$n" Seq="$n" Head="$(page_id "$n")" Authority=x \
	Token-SHA256="$(sha256sum <good | cut -c 1-64)")"
accepted "$(brings "$n" good)"
refused CONFLICT "'stamps/0/$n' is there already" "$(brings "$n" good Authority=y)"

# Who may bring one: the registrar, and by the policy others; it decides nothing, and neither does who brings it.
by=(forge act -d)
n=$(seq)
token_of one "$n" good
refused NOT-ALLOWED "no line of the policy allows 'd1' (roles: device) to stamp 'stamps/0/$n'" "$(brings "$n" good)"
by=(as bob forge act)
refused NOT-ALLOWED "no line of the policy allows 'bob' (roles: employee) to stamp 'stamps/0/$n'" "$(brings "$n" good)"
{ sed '/^Level/,$d' "$TEST_DIR/policy"; echo 'Allow: device stamp stamps/**'; sed -n '/^Level/,$p' "$TEST_DIR/policy"; } >policy
as alice policy-set -q policy
by=(forge act -d)
accepted "$(brings "$n" good)"
by=(forge act -r)
clean=$(main)

# ---- what the register does not judge, and an auditor sees ----
n=$(seq)
token_of one "$n" good
token_of one $((n - 1)) other
accepted "$(brings "$n" other)"
bad "$n" 'the token is over something else than the page'

# One bit in its signature, in its time, in its digest; something behind it; nothing in it.
size=$(stat -c %s good)
for at in $((size - 5)) "$(grep -aob "[0-9]\{14\}Z" good | head -n 1 | cut -d : -f 1)"; do
	cp good altered
	printf %b "\\x$(printf %02x $(($(od -An -tu1 -j "$at" -N 1 good) ^ 1)))" | dd of=altered bs=1 seek="$at" conv=notrunc status=none
	accepted "$(brings "$n" altered)"
	check_status 1 chancery-verify -q --tsa-ca "$TEST_DIR/one/ca.pem"
	check_has err "chancery-verify: the time-stamp of page $n does not hold: "
	back
done
{ cat good; echo; } >longer
accepted "$(brings "$n" longer)"
bad "$n" 'MALFORMED-RECORD: not a time-stamp response in DER'
printf '\x30\x05\x30\x03\x02\x01\x02' >denied
accepted "$(brings "$n" denied)"
bad "$n" 'WRONG-CONTENT: the authority has not granted a time-stamp'

# A certificate for something else. (The control: the same made with the right one.)
forged one "$now" good same
accepted "$(brings "$n" same)"
check_status 0 chancery-verify -q --tsa-ca "$TEST_DIR/one/ca.pem"
back
forged web "$now" good web.tsr
accepted "$(brings "$n" web.tsr)"
bad "$n" 'BAD-SIGNATURE: the token does not hold: unsuitable certificate purpose'

# Over 32 bytes that are no SHA-256; signed with a digest that has been broken, or by a key that is too short. (The control: good, at the beginning.)
weaker() { # weaker NAME SED-SCRIPT: an authority like any other, but for one line
	authority "$1"
	sed -i "$2" "$TEST_DIR/$1/cnf"
}
weaker other-digest 's/^digests = .*/digests = sha512-256/'
openssl ts -query -sha512-256 -digest "$(page_id "$n")" -cert 2>/dev/null | sh -c "$(answering other-digest)" >digest.tsr
accepted "$(brings "$n" digest.tsr)"
bad "$n" 'WRONG-CONTENT: the token is not over a SHA-256'
weaker sha1 's/^signer_digest = .*/signer_digest = sha1/'
token_of sha1 "$n" sha1.tsr
accepted "$(brings "$n" sha1.tsr)"
bad "$n" 'BAD-SIGNATURE: the token is not signed once, with a strong digest, by a certificate that it has inside'
authority short
openssl req -newkey rsa:1024 -nodes -keyout "$TEST_DIR/short/tsa.key" -out "$TEST_DIR/short/tsa.csr" -subj '/CN=Short' 2>/dev/null
openssl ca -batch -notext -config "$TEST_DIR/short/cnf" -name root -extensions leaf -startdate 20260101000000Z -enddate 20991231235959Z \
	-in "$TEST_DIR/short/tsa.csr" -out "$TEST_DIR/short/tsa.pem" 2>/dev/null
token_of short "$n" short.tsr
accepted "$(brings "$n" short.tsr)"
bad "$n" 'BAD-SIGNATURE: the token does not hold: EE certificate key too weak'

# A certificate is judged at the token's time: expired by then it is none; expired since, it is one, and the page contradicts it.
forged old "$now" good late.tsr
accepted "$(brings "$n" late.tsr)"
bad "$n" 'BAD-SIGNATURE: the token does not hold: certificate has expired'
forged old 20200601000000Z good old.tsr
accepted "$(brings "$n" old.tsr)"
bad "$n" 'the page says that it was received after it was stamped'
forged one 20270101000000Z good future.tsr
accepted "$(brings "$n" future.tsr)"
bad "$n" 'it was registered before it was made'
check_status 1 chancery-stamp --response late.tsr
check_output err <<<'chancery-stamp: BAD-SIGNATURE: the token does not hold: certificate has expired'

# ---- in an extract: another token, or another page, does not come along ----
. "$(dirname "$0")/../extract.sh"
apply bob S-0007
chancery-stamp -q --command "$(answering one)"
chancery-export -q -o a.tar "$APPLICATION"
check_status 0 chancery-verify -q --tsa-ca "$TEST_DIR/one/ca.pem" a.tar
unpack a.tar
cp other "$ROOT"/stamps/*
restate
repack bad.tar
check_status 1 chancery-verify -q bad.tar
check_has err "WRONG-CONTENT: 'stamps/token." 'is not what the registered acts add up to'
unpack a.tar
rm "$ROOT"/stamps/*
restate
repack bad.tar
check_status 1 chancery-verify -q bad.tar
check_has err "WRONG-CONTENT: 'stamps/token." 'is missing'
