#!/bin/bash
# Somebody else's content over HTTP, where all come as the user of one web server: what one has sent there, another does not name, neither before an act has named it nor
# afterwards, until he has sent the bytes himself. And who comes without a name has nothing.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"
. "$(dirname "$0")/../transports.sh"

[[ $(transports) == *nginx*fcgiwrap* ]] || skip 'wants nginx and fcgiwrap'
office_seals
pushing
start_http
REMOTE=$http/archive
git() { command git -C "$CLIENT" "$@"; }
sum() { sha256sum <"$1" | cut -c 1-64; }
# save JOURNAL NAME FILE: an act of the drive that adds a pointer to what is in FILE
save() {
	local text blob tree

	text=$(printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s' "$(sum "$3")" "$(stat -c %s "$3")")
	blob=$(git hash-object -w --stdin <<<"$text")
	tree=$(git mktree <<<"100644 blob $blob	$2")
	tree=$(git mktree <<<"040000 tree $(git mktree <<<"040000 tree $tree	d1")	files")
	at_client forge act -d -t "$tree" -p none save files/d1 Journal="0123456789abcdef0123456789abcdef $1" \
		Changes-SHA256="$(echo "100644 - $(sha256sum <<<"$text" | cut -d ' ' -f 1) files/d1/$2" | sha256sum | cut -d ' ' -f 1)"
}
# send FILE: as git-lfs does
send() { [ "$(curl -s --netrc -o answer -w '%{http_code}' -T "$1" "$REMOTE/info/lfs/objects/$(sum "$1")")" = 200 ] || fail "$(cat answer)"; }
refused() {
	remote >said
	check_output said <<<"chancery-receive: $1: refs/acts/d2/$act: content $(sum "$2") $3"
}
stolen='is somebody'"'"'s already, and was not sent by you; send it, too, as chancery-sync and git lfs push do'

# Bob's photo is on its way: sent, and named by nobody yet. Carol knows its digest.
head -c 5000 /dev/urandom >photo
act=$(save 1 photo.jpg photo)
check_status 1 push "$act"
refused WRONG-CONTENT photo 'is not here; send it first, as chancery-sync and git lfs push do'
send photo
netrc carol
act=$(save 2 mine.jpg photo)
check_status 1 push "$act"
refused NOT-ALLOWED photo "$stolen"
# Nor is it of any use to claim in the request to be bob.
for header in 'Remote-User: bob' 'REMOTE_USER: bob' 'X-Remote-User: bob'; do
	check_status 1 command git -C "$CLIENT" -c "http.extraHeader=$header" push -q "$REMOTE" "$act:refs/acts/d2/$act"
	refused NOT-ALLOWED photo "$stolen"
done
# Bob names what he has sent. Once used it is used, for him as well.
netrc bob
check_status 0 push "$(save 1 photo.jpg photo)"
check_has err 'remote: accepted'
act=$(save 3 again.jpg photo)
check_status 1 push "$act"
refused NOT-ALLOWED photo "$stolen"

# Carol, still, when it is on record; until she has sent the bytes, and not some others under that name.
netrc carol
act=$(save 2 mine.jpg photo)
check_status 1 push "$act"
refused NOT-ALLOWED photo "$stolen"
head -c 5000 /dev/zero >other
[ "$(curl -s --netrc -o answer -w '%{http_code}' -T other "$REMOTE/info/lfs/objects/$(sum photo)")" = 400 ] || fail "$(cat answer)"
check_has answer WRONG-CONTENT
check_status 1 push "$act"
refused NOT-ALLOWED photo "$stolen"
send photo
check_status 0 push "$act"
check_has err 'remote: accepted'

# A web server that lets everybody push and says no names: what lies there is nobody's, also when it was the server's user who put it there.
head -c 6000 /dev/urandom >free
netrc bob
send free
sed -i '/auth_basic\|REMOTE_USER/d' nginx.conf
restart_nginx
[ "$(curl -s -o answer -w '%{http_code}' -T free "$REMOTE/info/lfs/objects/$(sum free)")" = 403 ] || fail "$(cat answer)"
check_has answer 'the web server does not say who asks'
command git -C "$CHANCERY_ARCHIVE" config http.receivepack true
act=$(save 4 free.jpg free)
check_status 1 push "$act"
refused NOT-ALLOWED free "$stolen"
check_status 0 chancery-verify -q
# The control: from a path it is the user who owns the file.
check_status 0 env -u REMOTE git -C "$CLIENT" push -q "$CHANCERY_ARCHIVE" "$act:refs/acts/d2/$act"
check_has err 'remote: accepted'

stop_http
