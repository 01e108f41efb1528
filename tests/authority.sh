# A time-stamping authority to test with, made of `openssl ts`; sourced after lib.sh:
#
#	authority NAME [FROM UNTIL [PURPOSE]]    $TEST_DIR/NAME/ca.pem (a root), and of it a certificate for time-stamping, valid from now on for years unless
#	                          told (YYYYMMDDhhmmssZ)
#	below NAME                from now on its certificate is of an authority in between, $TEST_DIR/NAME/between.pem, which the root has made; tokens do not bring that along
#	bringing NAME             they do
#	answering NAME            the command that answers requests as NAME, for --command
#	token_of NAME PAGE FILE   an honest token of NAME over that page of the archive
#	forged NAME TIME IN OUT   the token IN, whose word it takes, with another time (YYYYMMDDhhmmssZ), signed with the key of NAME whatever its certificate is for
#	page N                    the commit of that page of the register; page_id N: its act id
# shellcheck shell=bash

authority() {
	local dir=$TEST_DIR/$1 from=${2:-20260101000000Z} until=${3:-20991231235959Z} purpose=${4:-timeStamping}

	mkdir -p "$dir/new"
	: >"$dir/index"
	echo 01 >"$dir/serial"
	cat >"$dir/cnf" <<-END
		[ca]
		default_ca = root
		[root]
		dir = $dir
		new_certs_dir = $dir/new
		database = $dir/index
		serial = $dir/serial
		certificate = $dir/ca.pem
		private_key = $dir/ca.key
		default_md = sha256
		policy = any
		unique_subject = no
		[any]
		commonName = supplied
		[leaf]
		basicConstraints = CA:false
		keyUsage = critical, digitalSignature
		extendedKeyUsage = critical, $purpose
		subjectKeyIdentifier = hash
		authorityKeyIdentifier = keyid
		[tsa]
		default_tsa = stamps
		[stamps]
		serial = $dir/tokens
		crypto_device = builtin
		signer_cert = $dir/tsa.pem
		certs = $dir/tsa.pem
		signer_key = $dir/tsa.key
		signer_digest = sha256
		default_policy = 1.2.3.4.1
		digests = sha256
		accuracy = secs:1
		ess_cert_id_alg = sha256
	END
	openssl req -quiet -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 40000 -subj "/CN=Root of $1" 2>/dev/null ||
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/ca.key" -out "$dir/ca.pem" -days 40000 -subj "/CN=Root of $1" 2>/dev/null
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/tsa.key" -out "$dir/tsa.csr" -subj "/CN=Authority $1" 2>/dev/null
	openssl ca -batch -notext -config "$dir/cnf" -name root -extensions leaf -startdate "$from" -enddate "$until" -in "$dir/tsa.csr" -out "$dir/tsa.pem" 2>/dev/null
}

below() {
	local dir=$TEST_DIR/$1

	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$dir/between.key" -out "$dir/between.csr" -subj "/CN=Between of $1" 2>/dev/null
	openssl x509 -req -in "$dir/between.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 3000 -out "$dir/between.pem" \
		-extfile <(printf '%s\n' 'basicConstraints = critical, CA:true, pathlen:0' 'keyUsage = critical, keyCertSign') 2>/dev/null
	openssl x509 -req -in "$dir/tsa.csr" -CA "$dir/between.pem" -CAkey "$dir/between.key" -CAcreateserial -days 2000 -out "$dir/tsa.pem" \
		-extfile <(printf '%s\n' 'basicConstraints = CA:false' 'keyUsage = critical, digitalSignature' 'extendedKeyUsage = critical, timeStamping') 2>/dev/null
}
bringing() {
	cat "$TEST_DIR/$1"/{tsa,between}.pem >"$TEST_DIR/$1/chain.pem"
	sed -i "s,^certs = .*,certs = $TEST_DIR/$1/chain.pem," "$TEST_DIR/$1/cnf"
}

answering() { echo "openssl ts -reply -config '$TEST_DIR/$1/cnf' -queryfile /dev/stdin 2>/dev/null"; }

page() { git -C "$CHANCERY_ARCHIVE" log --first-parent --format='%H %s' main | awk -v n="$1" '$NF == n { print $1 }'; }
page_id() { forge id "$(page "$1")"; }

token_of() {
	openssl ts -query -sha256 -digest "$(page_id "$2")" -cert 2>/dev/null | sh -c "$(answering "$1")" >"$3"
}

# der TAG: what is on standard input, with the tag and length of DER in front; 256 bytes or more.
der() {
	local bytes length
	bytes=$(mktemp)
	cat >"$bytes"
	length=$(stat -c %s "$bytes")
	printf %b "\\x$1\\x82\\x$(printf %02x $((length / 256)))\\x$(printf %02x $((length % 256)))"
	cat "$bytes"
	rm "$bytes"
}

forged() {
	local dir=$TEST_DIR/$1

	openssl ts -reply -in "$3" -token_out -out "$4.token" 2>/dev/null
	openssl cms -verify -noverify -inform DER -in "$4.token" -binary -out "$4.info" 2>/dev/null
	LC_ALL=C sed -i -E "s/[0-9]{14}Z/$2/" "$4.info"
	openssl cms -sign -cades -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in "$4.info" -signer "$dir/tsa.pem" -inkey "$dir/tsa.key" -md sha256 \
		-outform DER -out "$4.token" 2>/dev/null
	{ printf '\x30\x03\x02\x01\x00'; cat "$4.token"; } | der 30 >"$4"
}
