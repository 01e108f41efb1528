#!/bin/bash
# An office that comes by HTTPS, to the server of chancery-setup(7) and git-lfs-http-backend(8): fcgiwrap runs as an account of its own, people have a name and a password, or a certificate. What is wrong
# with either, with the server's certificate, or with the server, is told with what to do; what was signed meanwhile is kept, and sent when that is mended.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../transports.sh"
. "$(dirname "$0")/../drive.sh"

[[ $(transports) == *nginx*fcgiwrap* ]] || skip 'wants nginx and fcgiwrap'
office_seals
echo "archive:x:70100:70100::$TEST_DIR/srv:/usr/bin/git-shell" >>passwd
echo 'archive:x:70100:' >>group
web_root=$TEST_DIR/srv
server=$web_root/chancery/archive
mkdir -p "$web_root/chancery" cgi-home
mv "$CHANCERY_ARCHIVE" "$server"
unset CHANCERY_ARCHIVE
chown -R archive:archive "$web_root" cgi-home
chmod 711 .
server() { setpriv --reuid archive --regid archive --init-groups env -u XDG_STATE_HOME -u XDG_CACHE_HOME -u XDG_CONFIG_HOME HOME="$web_root" "$@"; }
server chancery-receive -q --install -A "$server"
of() { as "$1" "$2" -A "$TEST_DIR/$1" "${@:3}"; }
bob_applies() { of bob seal-apply --document "$TEST_DIR/contract.txt" --reason "a lease $1" S-0007; }

# ---- certificates: of the server, and of people ----

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj '/CN=Office CA' -days 30 2>/dev/null
cp ca.pem people.pem
# issue FILE SUBJECT NAME DAYS
issue() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out request -subj "$2" 2>/dev/null
	openssl x509 -req -in request -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" -extfile <(echo "subjectAltName=DNS:$3") -days "$4" 2>/dev/null
}
issue good /CN=localhost localhost 10
issue expired /CN=localhost localhost -1
issue other /CN=other.example.org other.example.org 10
issue bob /CN=bob bob 10
issue bob-old /CN=bob bob -1
issue odd '/O=x/CN=bob' bob 10
issue carol /CN=carol carol 10
touch index
cat >ca.conf <<-END
	[ca]
	database = index
	default_md = sha256
	default_crl_days = 30
END
openssl ca -config ca.conf -name ca -cert ca.pem -keyfile ca.key -revoke carol.pem 2>/dev/null
openssl ca -config ca.conf -name ca -cert ca.pem -keyfile ca.key -gencrl -out people.crl 2>/dev/null

# web CERTIFICATE passwords|certificates: the server is there, with that certificate of its own
url=https://localhost:$((port + 1))/chancery/archive
web() {
	cp "$1.pem" office.pem
	cp "$1.key" office.key
	if [ "$2" = passwords ]; then
		page nginx.conf
	else
		page certificates | sed '/^server/,$d'
		page nginx.conf | sed '/auth_basic/d; s/\$remote_user/$person/' | sed "/ssl_certificate_key/r "<(page certificates | sed '1,/^server/d; /^}$/d')
	fi | start_nginx
	wait_for curl -sk "https://localhost:$((port + 1))/"
}
stop_web() {
	local nginx
	nginx=$(cat nginx.pid)
	kill "$nginx"
	wait_for bash -c "! kill -0 $nginx"
}
printf '%s:%s\n' bob "$(openssl passwd -apr1 secret)" alice "$(openssl passwd -apr1 word)" >web.users
password() { (umask 077 && echo "machine localhost login $1 password $2" >"$TEST_DIR/people/$1/.netrc"); }
server fcgiwrap -f -c 8 -s "unix:$PWD/cgi-home/socket" 2>fcgiwrap.log &
wait_for test -S cgi-home/socket
ln -s cgi-home/socket cgi
unset GIT_SSL_CAINFO

# ---- name and password ----

trap '[ ! -s nginx.pid ] || kill "$(cat nginx.pid)"' EXIT

web good passwords
check_status 75 as bob chancery-clone -q "$url" "$TEST_DIR/bob"
check_has err "'$url' cannot be reached: " 'certificate' '; it is not to be trusted as it is: see "Over HTTP" in chancery-clone(1)'
export GIT_SSL_CAINFO=$PWD/ca.pem
password bob wrong
check_status 1 as bob chancery-clone -q "$url" "$TEST_DIR/bob"
check_has err "'$url' does not let us in: " '; name and password in ~/.netrc are missing or wrong, or the certificate in GIT_SSL_CERT is; see chancery-clone(1)'
password bob secret
password alice word
check_status 0 as bob chancery-clone -q "$url" "$TEST_DIR/bob"
check_status 74 as alice people-key -q -A "$server" --key "$TEST_DIR/bob/chancery/keys/device.asc" admit --deposit d2
check_output err <<<"people-key: archive '$server' belongs to another user; do it as that user, or on a clone"
check_status 0 as alice chancery-clone -q "$url" "$TEST_DIR/alice"
check_status 0 of alice people-key -q --key "$TEST_DIR/bob/chancery/keys/device.asc" admit --deposit d2
check_status 0 of bob chancery-sync
check_status 0 bob_applies 1
drive -A "$TEST_DIR/bob"
mkdir "$DRIVE/files/d2"
head -c 3000000 /dev/urandom >photo.jpg
cp photo.jpg "$DRIVE/files/d2"
check_status 0 of bob chancery-commit
drive_end
sum=$(sha256sum <photo.jpg | cut -d ' ' -f 1)
cmp photo.jpg "$server/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"
{ as bob sh -c 'echo $$ >watcher && exec chancery-inbox -A "$0" --watch --every 1' "$TEST_DIR/bob" >watched 2>&1 || :; } &
watch=$!

# ---- the server is away, or another one ----

stop_web
wait_for grep -q 'goes on trying$' watched
web good passwords
wait_for grep -q 'reached again$' watched
kill "$(cat watcher)"
wait "$watch"
stop_web
check_status 75 bob_applies 2
check_has err '; kept here, will be sent by chancery-sync'
for wrong in expired other; do
	web "$wrong" passwords
	check_status 75 of bob chancery-sync
	check_has err 'certificate' '; it is not to be trusted as it is'
	stop_web
done
web good passwords
check_status 0 of bob chancery-sync
cut -f 2,4 out >settled
check_output settled <<<'apply	accepted'
stop_web

# ---- certificates: his own; none, an expired one, one of whose subject the name is only a part, one that was revoked ----

web good certificates
rm "$TEST_DIR/people/bob/.netrc"
refused='; name and password in ~/.netrc are missing or wrong, or the certificate in GIT_SSL_CERT is; see chancery-clone(1)'
check_status 1 of bob chancery-sync
check_has err "'$url' does not let us in: " "$refused"
for wrong in bob-old odd carol; do
	check_status 1 env GIT_SSL_CERT="$PWD/$wrong.pem" GIT_SSL_KEY="$PWD/$wrong.key" bash -c '. "$SRC/tests/lib.sh"; as bob chancery-sync -A "$TEST_DIR/bob"'
	check_has err "'$url' does not let us in: " "$refused"
done
export GIT_SSL_CERT=$PWD/bob.pem GIT_SSL_KEY=$PWD/bob.key
check_status 0 as bob chancery-clone -q "$url" "$TEST_DIR/again"
cmp photo.jpg "$TEST_DIR/again/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"
unset GIT_SSL_CERT GIT_SSL_KEY
git -C "$TEST_DIR/bob" config http.sslCert "$PWD/bob.pem"
git -C "$TEST_DIR/bob" config http.sslKey "$PWD/bob.key"
check_status 0 bob_applies 3
git -C "$TEST_DIR/bob" config --get-regexp '^lfs\..*\.access$' | cut -d ' ' -f 1 | xargs -n 1 git -C "$TEST_DIR/bob" config --unset
drive -A "$TEST_DIR/bob"
head -c 3000000 /dev/urandom >"$DRIVE/files/d2/other.jpg"
check_status 0 of bob chancery-commit
drive_end
check_status 0 server chancery-verify -q --store -A "$server"
server seal-list -A "$server" | cut -f 1,3 >applied
printf 'd2-00000%s\topen\n' 1 2 3 | check_output applied
stop_web
