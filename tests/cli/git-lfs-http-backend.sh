#!/bin/bash
# Stock git-lfs over a real web server, set up as the page says: what it pushes is in the archive, durable, and what it pulls is what was there. Beside it, request
# for request, what is not understood, not allowed, not whole or not there, each told in words, and nothing left of it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../transports.sh"
. "$(dirname "$0")/../lfs.sh"

[[ $(transports) == *nginx*fcgiwrap* ]] || skip 'wants nginx and fcgiwrap'
lfs_archive
start_http
url=$http/archive

# They are there before any act names them; and when they are sent again, nothing is.
lfs_send "$url"
# nginx writes down what was done a moment after the client has heard of it.
puts() { [ "$(grep -c '"PUT [^"]*" 200 ' nginx.access)" = "$1" ]; }
sent=${#oids[@]}
wait_for puts "$sent"
check_status 0 git -C sender lfs push --object-id office "${oids[@]}"
puts "$sent" || fail 'it was sent again'
# For somebody else it is, since only he who has sent it may name it.
netrc carol
check_status 0 git -C sender lfs push --object-id office "$(sum sender/7.bin)"
wait_for puts $((sent + 1))
netrc bob

# Back again, into a clone that has nothing; then with one that is not there; then what had begun to come is gone on with.
git clone -q --bare sender between.git
clone() { rm -rf work && GIT_LFS_SKIP_SMUDGE=1 git clone -q between.git work && git -C work config lfs.url "$url.git/info/lfs"; }
clone
check_status 0 git -C work lfs pull
for file in sender/*.bin; do cmp "$file" "work/${file#sender/}"; done
check_status 0 git -C work lfs fsck
mv "$(content sender/4096.bin)" away
clone
check_status 2 git -C work lfs pull
check_has err "content $(sum sender/4096.bin) is not here"
cmp work/1000000.bin sender/1000000.bin
mv away "$(content sender/4096.bin)"
clone
mkdir -p work/.git/lfs/incomplete
head -c 1000000 sender/3000000.bin >"work/.git/lfs/incomplete/$(sum sender/3000000.bin).part"
check_status 0 git -C work lfs pull
cmp work/3000000.bin sender/3000000.bin
wait_for grep -qF '" 206 2000000 ' nginx.access

# Locks are not kept here: git-lfs is told so.
git -C sender config lfs.url "$url.git/info/lfs"
check_status 2 git -C sender lfs lock 7.bin
check_has err 'there is nothing of that kind here'

# By hand: one request, the status and what was said.
api=$url.git/info/lfs/objects
x=$(printf x | sha256sum | cut -c 1-64)
none=$(printf none | sha256sum | cut -c 1-64)
ask() { curl -s --netrc -o said -w '%{http_code}\n' "$@" >status; }
told() { [ "$(cat status)" = "$1" ] || fail "status $(cat status) instead of $1: $(cat said)"; check_has said "${@:2}"; }
batch() { ask --data-binary "$1" -H 'Content-Type: application/vnd.git-lfs+json' "$api/batch"; }
batch '{"operation":"upload","objects":[{"oid":"'"$x"'","size":1}]}'
told 200 '{"transfer":"basic","hash_algo":"sha256","objects":[{"oid":"'"$x"'","size":1,"actions":{"upload":{"href":"'"$api/$x"'"}}}]}'
batch '{"operation":"download","ref":{"name":"main"},"transfers":["ssh","basic"],"objects":[{"oid":"'"$x"'","size":1},{"oid":"'"$(sum sender/7.bin)"'","size":8}]}'
told 200 '"error":{"code":404,"message":"content '"$x"' is not here' '"error":{"code":400,"message":"WRONG-CONTENT: content '"$(sum sender/7.bin)"' is damaged'
batch '{"operation":"upload","objects":[]}'
told 200 '"objects":[]'
for wrong in 'no JSON' '{"operation":"upload","operation":"download","objects":[]}' '{"operation":"verify","objects":[]}' '{"operation":"upload"}' \
	'{"operation":"upload","objects":[{"oid":"../../keys/registrar","size":1}]}' '{"operation":"upload","objects":[{"oid":"'"$x"'","size":-1}]}'; do
	batch "$wrong"
	told 422 'MALFORMED-RECORD: request of git-lfs'
done
batch '{"operation":"upload","hash_algo":"sha512","objects":[]}'
told 409 'only sha256 and basic transfers'
batch '{"operation":"upload","transfers":["tus"],"objects":[]}'
told 409 'only sha256 and basic transfers'
head -c 1100000 /dev/zero >long
ask --data-binary @long "$api/batch"
told 413 'the request is too long'
put() { ask -X PUT --data-binary "$2" "$api/$1"; }
put "$x" y
told 400 'WRONG-CONTENT: the 1 bytes that came are not those of this SHA-256 and size; send them again'
[ ! -e "$CHANCERY_ARCHIVE/lfs/objects/${x:0:2}/${x:2:2}/$x" ] || fail 'wrong content was taken'
put "$x" x
told 200 '{}'
ask "$api/$x"
told 200 x
ask -r 1- "$api/$x"
told 416 'ends before that range'
ask "$api/$none"
told 404 "content $none is not here"
ask -X DELETE "$api/$x"
told 405 'this is not done with it'
for path in "$url.git/info/lfs/locks" "$api/../locks/verify" "$api/$x/verify" "$api/${x:1}"; do
	ask --path-as-is "$path"
	told 404 'there is nothing of'
done
for path in nowhere .git work/../archive archive/chancery; do
	ask --path-as-is "$http/$path/info/lfs/objects/$x"
	[ "$(cat status)" = 404 ] || [ "$path" = work/../archive ] || fail "there is something at $path"
done
ask -u bob:wrong "$api/$x"
[ "$(cat status)" = 401 ] || fail 'anybody is let in'

# A client that is killed in the middle of sending: the next one finds nothing of it in the way.
head -c 3000000 /dev/urandom >half
sum=$(sum half)
curl -s --netrc --limit-rate 200k -T half "$api/$sum" &
wait_for sh -c "[ -n \"\$(find '$CHANCERY_ARCHIVE/lfs/tmp' -type f -size +100k)\" ]"
kill -9 $!
status=0
wait $! || status=$?
[ "$status" -eq 137 ] || fail "it had ended with $status already"
swept() { batch '{"operation":"upload","objects":[]}' && [ -z "$(find "$CHANCERY_ARCHIVE/lfs/tmp" -type f)" ]; }
wait_for swept
[ ! -e "$(content half)" ] || fail 'half of it was taken'
ask -T half "$api/$sum"
told 200 '{}'
cmp "$(content half)" half

# As a web server would start it: where it says no name, does not export the archive, or does not say what it has to; and where the line breaks.
cgi() { env -i PATH="$PATH" REQUEST_METHOD=GET PATH_INFO="/archive.git/info/lfs/objects/$x" ${root:+"GIT_PROJECT_ROOT=$root"} "$@" git-lfs-http-backend; }
root=$TEST_DIR
check_status 0 cgi GIT_HTTP_EXPORT_ALL=1
check_has out 'Status: 403 Forbidden' 'the web server does not say who asks'
check_status 0 cgi GIT_HTTP_EXPORT_ALL=1 REMOTE_USER=
check_has out 'Status: 403 Forbidden'
check_status 0 cgi REMOTE_USER=bob
check_has out 'Status: 404 Not Found' 'there is no archive of that name'
touch "$CHANCERY_ARCHIVE/git-daemon-export-ok"
check_status 0 cgi REMOTE_USER=bob GIT_DIR=/nowhere GIT_QUARANTINE_PATH=/tmp CHANCERY_ARCHIVE=/nowhere HOME=/nowhere
check_has out 'Status: 200 OK'
check_status 0 cgi REMOTE_USER=bob PATH_INFO="/archive/../archive/info/lfs/objects/$x"
check_has out 'Status: 404 Not Found'
root=
check_status 2 cgi REMOTE_USER=bob
check_has out 'Status: 500 Internal Server Error'
check_has err 'the web server does not hand over GIT_PROJECT_ROOT'
check_status 2 git-lfs-http-backend
root=$TEST_DIR
broken() { printf no | cgi REMOTE_USER=bob REQUEST_METHOD=PUT PATH_INFO="/archive/info/lfs/objects/$none" "$@"; }
check_status 74 broken CONTENT_LENGTH=4
check_has err 'the client has gone in the middle of a request'
check_output out </dev/null
check_status 0 broken CONTENT_LENGTH=
check_has out 'Status: 411 Length Required'
[ -z "$(find "$CHANCERY_ARCHIVE/lfs/tmp" -type f)" ] || fail 'something is left in lfs/tmp'

stop_http
