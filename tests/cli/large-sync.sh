#!/bin/bash
# Large content between a register and its clones, by path and over ssh: saved here, it is there before its act is; saved there, it comes here, all of it, none, or what
# is asked for; what is not there is said, and nothing else waits for it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../clones.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../transports.sh"

git lfs version >/dev/null 2>&1 || skip 'wants git-lfs'
[[ $(transports) == *sshd* ]] || skip 'wants sshd'
archive
OFFICE=$CHANCERY_ARCHIVE server=$CHANCERY_ARCHIVE device=1
start_ssh
url=ssh://$user@127.0.0.1$OFFICE
sum() { sha256sum <"$1" | cut -c 1-64; }
content() { local sum; sum=$(sum "$2") && echo "$1/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"; }
has() { cmp "$(content "$1" "$2")" "$2" && [ "$(stat -c %a "$(content "$1" "$2")")" = 444 ]; }
lacks() { [ ! -e "$(content "$1" "$2")" ] || fail "$1 has $2"; }
at() { CHANCERY_ARCHIVE=$TEST_DIR/$1 "${@:2}"; }
# save ARCHIVE FILE...: into files/lib, on its drive
save() {
	export CHANCERY_ARCHIVE=$TEST_DIR/$1
	drive
	mkdir -p "$DRIVE/files/lib"
	cp "${@:2}" "$DRIVE/files/lib/"
	drive_end
}
head -c 100000 /dev/urandom >one.jpg
head -c 200000 /dev/urandom >two.pdf
save archive one.jpg two.pdf

# By path and over ssh; all, none, some.
check_status 0 chancery-clone -q "$OFFICE" "$TEST_DIR/all"
has "$TEST_DIR/all" one.jpg
has "$TEST_DIR/all" two.pdf
check_status 0 chancery-clone -q --content none "$url" "$TEST_DIR/none"
lacks "$TEST_DIR/none" one.jpg
check_status 0 at none chancery-verify # of a copy that was handed over, too, which says so in chancery/content
check_output err <<<"chancery-verify: large content was looked for only as far as this copy wants it, see --content in chancery-clone(1)"
check_status 0 chancery-clone -q --content '*.pdf *.tif' "$url" "$TEST_DIR/some"
lacks "$TEST_DIR/some" one.jpg
has "$TEST_DIR/some" two.pdf
check_status 0 at none chancery-sync -q --fetch 'files/lib/o*'
has "$TEST_DIR/none" one.jpg
lacks "$TEST_DIR/none" two.pdf
check_status 0 at none chancery-sync -q --content all
has "$TEST_DIR/none" two.pdf
check_status 2 chancery-sync -A "$TEST_DIR/none" --content all --forget 12345678

# What is saved in a clone goes ahead of its act, over ssh and by path; the others get it.
for from in none all; do
	CHANCERY_ARCHIVE=$OFFICE admit "$from" "d$((++device))"
	at "$from" chancery-sync -q
	head -c 150000 /dev/urandom >"$from.jpg"
	save "$from" "$from.jpg"
	check_status 0 at "$from" chancery-sync -q
	has "$OFFICE" "$from.jpg"
	[ "$(git -C "$OFFICE" cat-file blob "main:files/lib/$from.jpg" | sed -n 2p)" = "oid sha256:$(sum "$from.jpg")" ] || fail 'not registered'
done
check_status 0 at none chancery-sync -q
has "$TEST_DIR/none" all.jpg
check_status 0 at some chancery-sync -q
lacks "$TEST_DIR/some" all.jpg
check_status 0 git -C "$TEST_DIR/none" lfs fsck
for where in archive all none some; do check_status 0 at "$where" chancery-verify -q; done

# One content is gone: the rest comes, and it is said. When it is there again, it comes too.
head -c 1000 /dev/urandom >three.png
save archive three.png
mv "$(content "$OFFICE" three.png)" away
check_status 75 at none chancery-sync -q
check_has err 'large content'
check_status 75 chancery-clone -q "$OFFICE" "$TEST_DIR/late"
check_has err 'large content' 'everything else is done'
has "$TEST_DIR/late" two.pdf
mv away "$(content "$OFFICE" three.png)"
for where in none late; do
	check_status 0 at "$where" chancery-sync -q
	has "$TEST_DIR/$where" three.png
done

# Stock git with git-lfs over ssh: its clone has the files themselves, says which one is not to be had, and sends what it has ahead of any act.
stock() { GIT_CONFIG_GLOBAL=$TEST_DIR/gitconfig git "$@"; }
stock lfs install --skip-repo >/dev/null
stock config --global lfs.transfer.maxretries 1
check_status 0 stock clone -q "$url" stock
for file in one.jpg two.pdf none.jpg; do cmp "stock/files/lib/$file" "$file"; done
[ -z "$(stock -C stock status --porcelain)" ] || fail "$(stock -C stock status)"
check_status 0 stock -C stock lfs fsck
mv "$(content "$OFFICE" one.jpg)" away
rm -rf stock
GIT_LFS_SKIP_SMUDGE=1 stock clone -q "$url" stock
check_status 2 stock -C stock lfs pull
check_has err "content $(sum one.jpg) is not here"
cmp stock/files/lib/two.pdf two.pdf
mv away "$(content "$OFFICE" one.jpg)"
check_status 0 stock -C stock lfs pull
cmp stock/files/lib/one.jpg one.jpg
head -c 50000 /dev/urandom >four.jpg
cp four.jpg stock/files/lib/
stock -C stock add files/lib/four.jpg
stock -C stock -c user.name=x -c user.email=x@example.org commit -qm four
check_status 0 stock -C stock lfs push origin main
has "$OFFICE" four.jpg
check_status 1 stock -C stock push -q origin main
check_has err 'only the register moves main'

# Over HTTP it is the same, where the web server has what carries it: into a clone, out of a clone, and for stock git. That somebody is let in by a name in the URL will do, too.
[ "$(transports | wc -l)" = 3 ] || { kill "$(cat sshd.pid)"; exit 0; }
start_http
CHANCERY_ARCHIVE=$OFFICE
check_status 0 chancery-clone -q "$http/archive" "$TEST_DIR/web"
for file in one.jpg two.pdf all.jpg; do has "$TEST_DIR/web" "$file"; done
admit web "d$((++device))"
at web chancery-sync -q
head -c 300000 /dev/urandom >web.jpg
save web web.jpg
check_status 0 at web chancery-sync -q
has "$OFFICE" web.jpg
CHANCERY_ARCHIVE=$OFFICE
check_status 0 chancery-verify -q
rm ~/.netrc
check_status 1 chancery-clone -q "$http/archive" "$TEST_DIR/named"
check_has err "'$http/archive' does not let us in: " '; name and password in ~/.netrc are missing or wrong, or the certificate in GIT_SSL_CERT is; see chancery-clone(1)'
check_status 0 chancery-clone -q "http://carol:x@${http#http://}/archive" "$TEST_DIR/named"
has "$TEST_DIR/named" web.jpg
netrc bob
rm -rf stock
check_status 0 stock clone -q "$http/archive" stock
for file in one.jpg two.pdf web.jpg; do cmp "stock/files/lib/$file" "$file"; done
check_status 0 stock -C stock lfs fsck

# Where it does not have that, a clone is one all the same, says what is missing, and fetches over ssh.
sed -i '/info.lfs/d' nginx.conf
restart_nginx
[ "$(curl -s -o said --netrc -d '{}' -w '%{http_code}' "$http/archive.git/info/lfs/objects/batch")" = 404 ] || fail "$(cat said)"
check_status 75 chancery-clone -q "$http/archive" "$TEST_DIR/bare"
check_has err "large content cannot be fetched from '$http/archive'" 'see git-lfs-http-backend(8) for what the web server there has to have; everything else is done'
lacks "$TEST_DIR/bare" one.jpg
check_status 0 at bare chancery-sync -q --content none
GIT_LFS_SKIP_SMUDGE=1 git clone -q "$http/archive" work
git -C work lfs install --local >/dev/null
check_status 0 git -C work -c "lfs.url=$url" lfs pull
cmp work/files/lib/one.jpg one.jpg
stop_servers
