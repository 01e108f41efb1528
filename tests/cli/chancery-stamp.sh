#!/bin/bash
# The register's head is stamped, at once or by way of files; the archive and an extract show it to whoever knows the authority, with our tools and without.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../extract.sh"
. "$(dirname "$0")/../authority.sh"

seq() { chancery-status | awk -F '\t' '$1 == "seq" { print $2 }'; }
# says FIELDS: the line of chancery-verify about a time-stamp, without its time.
says() { sed -n '/^stamp/p' out | awk -F '\t' -v OFS='|' '{ $4 = $4 == "none" ? $4 : "T"; print }' >said; check_output said; }

office_seals S-0007
authority one
authority two
check_status 0 chancery-verify
! grep ^stamp out || fail 'a stamp from nowhere'
check_status 3 chancery-verify --tsa-ca "$TEST_DIR/one/ca.pem"
check_output err <<<'chancery-verify: no page has been stamped: the times are the registrar'\''s word'

# ---- at once ----
apply bob S-0007
n=$(seq)
check_status 0 chancery-stamp -n
check_output out <<<"$n	$(page_id "$n")"
check_status 0 chancery-stamp --tsa-ca "$TEST_DIR/one/ca.pem" --command "$(answering one)"
cut -f 2 out >subject
check_output subject <<<"stamps/0/$n"
git -C "$CHANCERY_ARCHIVE" show "main:stamps/0/$n/token.$n.tsr" >token
git -C "$CHANCERY_ARCHIVE" cat-file commit "$(page "$n")" | awk '/^gpgsig/ { on = 1; next } on && /^ / { next } { on = 0; print }' >payload
openssl ts -verify -in token -data payload -CAfile "$TEST_DIR/one/ca.pem" >verified 2>&1 || fail "$(cat verified)"

acts=$(($(chancery-verify -v | awk -F '\t' -v n="$n" '$1 + 0 > 0 && $1 <= n' | wc -l)))
check_status 0 chancery-verify
says <<<"stamp-unchecked|$n|$acts|T|CN=Authority one|authority not checked"
check_status 0 chancery-verify --tsa-ca "$TEST_DIR/one/ca.pem"
says <<<"stamped|$n|$acts|T|CN=Authority one|none"
check_status 0 chancery-verify --tsa-ca "$TEST_DIR/one/tsa.pem"
says <<<"stamped|$n|$acts|T|CN=Authority one|none"
check_status 3 chancery-verify --tsa-ca "$TEST_DIR/two/ca.pem"
says <<<"stamp-unknown|$n|$acts|T|CN=Authority one|not by an authority that is trusted: unable to get local issuer certificate"
check_output err <<<"chancery-verify: no time-stamp is by an authority in '$TEST_DIR/two/ca.pem': not by an authority that is trusted: unable to get local issuer certificate"
check_status 2 chancery-verify --tsa-ca "$TEST_DIR/policy"
check_output err <<<"chancery-verify: '$TEST_DIR/policy' holds no certificate of an authority in PEM"

# ---- by way of files; of an authority that is configured; the last of those trusted is shown, all with -v ----
check_status 0 chancery-stamp --request request
check_status 74 chancery-stamp --request request
check_output err <<<"chancery-stamp: cannot write 'request': File exists"
# All that the authority learns: a digest, and a number drawn at random.
openssl ts -query -in request -text 2>/dev/null | sed -E 's/^    .* - (.{48}).*/\1/; s/^(Nonce: 0x)[0-9A-F]{1,16}$/\1/' | tr '\n' '|' | tr -d ' -' >learns
echo >>learns
check_output learns <<<"Version:1|HashAlgorithm:sha256|Messagedata:|$(page_id "$(seq)" | sed 's/.\{32\}/&|/g')PolicyOID:unspecified|Nonce:0x|Certificaterequired:yes|Extensions:|"
m=$(seq)
apply bob S-0007
sh -c "$(answering two)" <request >response
check_status 0 chancery-stamp -q --request request --response response
check_status 1 chancery-stamp -q --response response
check_output err <<<"chancery-stamp: CONFLICT: 'stamps/0/$m' is there already"
mkdir -p "$XDG_CONFIG_HOME/chancery"
echo "Stamp-Command: $(answering one)" >"$XDG_CONFIG_HOME/chancery/config"
check_status 0 chancery-stamp -q
k=$(($(seq) - 1))
cat "$TEST_DIR"/{one,two}/ca.pem >both
check_status 0 chancery-verify --tsa-ca both
check_has out "stamped	$k	"
[ "$(grep -c ^stamp out)" = 1 ] || fail "$(cat out)"
check_status 0 chancery-verify -v --tsa-ca "$TEST_DIR/two/ca.pem"
cut -f 1,2 out | grep ^stamp >shown
check_output shown <<END
stamp-unknown	$n
stamped	$m
stamp-unknown	$k
END

# ---- of an authority below another one: the certificates in between come with the token, or from whoever checks it ----
authority three
below three
chancery-stamp -q --command "$(answering three)"
check_status 3 chancery-verify --tsa-ca "$TEST_DIR/three/ca.pem"
check_has err 'not by an authority that is trusted: unable to get local issuer certificate'
cat "$TEST_DIR"/three/{ca,between}.pem >path
check_status 0 chancery-verify --tsa-ca path
bringing three
chancery-stamp -q --tsa-ca "$TEST_DIR/three/ca.pem" --command "$(answering three)"
check_status 0 chancery-verify --tsa-ca "$TEST_DIR/three/ca.pem"
check_has out 'CN=Authority three'

# ---- no answer, or none that counts: nothing is registered ----
before=$(seq)
check_status 75 chancery-stamp --command 'echo no network >&2; exit 7'
check_output err <<<"chancery-stamp: the authority does not answer: '/bin/sh' ended with status 7: no network"
check_status 1 chancery-stamp --command 'echo hello'
check_output err <<<'chancery-stamp: WRONG-CONTENT: the authority has not granted a time-stamp'
check_status 1 chancery-stamp --command 'cat token'
check_output err <<<'chancery-stamp: WRONG-CONTENT: the token is over another digest than was asked for'
check_status 1 chancery-stamp --response payload
check_output err <<<'chancery-stamp: MALFORMED-RECORD: not a time-stamp response in DER'
rm request
chancery-stamp --request request
sh -c "$(answering one)" <request >response
rm request
chancery-stamp --request request
check_status 1 chancery-stamp --request request --response response
check_output err <<<'chancery-stamp: WRONG-NONCE: the token answers another request'
check_status 3 chancery-stamp --tsa-ca "$TEST_DIR/two/ca.pem" --response response
check_output err <<<'chancery-stamp: not by an authority that is trusted: unable to get local issuer certificate'
[ "$(seq)" = "$before" ] || fail 'something was registered'
check_status 2 chancery-stamp --command true --response response
rm "$XDG_CONFIG_HOME/chancery/config"
check_status 2 chancery-stamp
check_output err <<<"chancery-stamp: which authority? say --command, set 'Stamp-Command:', or use --request and --response"

# ---- in an extract, with the pages in between; with stock tools ----
as carol seal-approve -q d1-000002
apply bob S-0007
chancery-stamp -q --command "$(answering two)"
chancery-export -q -o stamped.tar d1-000002
check_status 0 chancery-verify --tsa-ca "$TEST_DIR/two/ca.pem" stamped.tar
says <<<"stamped|$(($(seq) - 1))|$(chancery-verify -v stamped.tar 2>&1 | awk -F '\t' -v n="$(($(seq) - 1))" '$1 + 0 > 0 && $1 <= n' | wc -l)|T|CN=Authority two|none"
check_status 0 chancery-verify stamped.tar
check_has out stamp-unchecked
unpack stamped.tar
sed -n 's/^    //p' "$ROOT/README" >commands
(cd "$ROOT" && CA=$TEST_DIR/two/ca.pem bash -eu -o pipefail ../../commands) >told 2>&1 || { cat told; fail 'a command of README failed'; }
! grep -nwE 'BAD|MISSING|fatal|error' told || fail 'stock tools found something'
check_has told 'Verification: OK'
GNUPGHOME=$TEST_DIR/gnupg gpgconf --kill all
# When the certificates of today have expired: what they signed while they were valid is as good as ever.
sed -n '/openssl ts/p' commands >later
(cd "$ROOT" && CA=$TEST_DIR/two/ca.pem faketime '2101-01-01 00:00:00' bash -eu -o pipefail ../../later) >told 2>&1 || { cat told; fail 'an old stamp is worth nothing'; }
check_has told 'Verification: OK'
(cd "$ROOT" && CA=$TEST_DIR/one/ca.pem bash -u ../../commands) >told 2>&1 || :
check_has told 'Verification: FAILED'
sed -i 's/^Received: ./&/; s/a/b/' "$ROOT"/register/"$(printf %06d $(($(seq) - 2)))".payload
(cd "$ROOT" && bash -u ../../commands) >told 2>&1 || :
check_has told 'BAD register/'
