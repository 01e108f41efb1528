#!/bin/bash
# Stock git-lfs over a real sshd: what it pushes is in the archive, durable, and what it pulls is what was there. Beside it what is not understood, not allowed, not
# whole, too much or not there, each told in words.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../transports.sh"
. "$(dirname "$0")/../lfs.sh"

[[ $(transports) == *sshd* ]] || skip 'wants sshd'
lfs_archive
start_ssh
url=ssh://$user@127.0.0.1$CHANCERY_ARCHIVE

# They are there before any act names them; when they are sent again, nothing is.
lfs_send "$url"
check_status 0 git -C sender lfs push --object-id office "${oids[@]}"
[ -z "$(find "$CHANCERY_ARCHIVE/lfs/tmp" -type f)" ] || fail 'something is left in lfs/tmp'

# Back again, into a clone that has nothing; then with one that is not there.
git clone -q --bare sender between.git
mkdir receiver
GIT_LFS_SKIP_SMUDGE=1 git clone -q between.git receiver/work
git -C receiver/work remote set-url origin "$url"
git -C receiver/work config lfs.url "$url"
check_status 0 git -C receiver/work lfs pull
for file in sender/*.bin; do cmp "$file" "receiver/work/${file#sender/}"; done
mv "$(content sender/4096.bin)" away
rm -rf receiver/work
GIT_LFS_SKIP_SMUDGE=1 git clone -q between.git receiver/work
git -C receiver/work config lfs.url "$url"
check_status 2 git -C receiver/work lfs pull
check_has err "content $(sum sender/4096.bin) is not here"
cmp receiver/work/1000000.bin sender/1000000.bin
mv away "$(content sender/4096.bin)"

# Locks have an owner; whose they are the user decides that logged in.
git -C sender config lfs.url "$url"
check_status 0 git -C sender lfs lock 7.bin
check_status 2 git -C receiver/work lfs lock 7.bin
check_has err "it is locked already by $user"
check_status 0 git -C receiver/work lfs locks
check_has out 7.bin "$user"
check_status 0 git -C sender lfs unlock 7.bin
check_status 0 git -C sender lfs locks
check_output out </dev/null

# By hand, packet for packet.
pkt() { local line; for line; do case $line in -) printf 0001 ;; .) printf 0000 ;; *) printf '%04x%s\n' $((${#line} + 5)) "$line" ;; esac; done; }
ask() { local operation=$1; shift; pkt 'version 1' . "$@" quit . | git-lfs-transfer "$CHANCERY_ARCHIVE" "$operation"; }
said() { sed 's/000[01]/\n/g; s/00[0-9a-f][0-9a-f]//g' out | grep -v '^$' | tail -n +4 | head -n -1 >said; }
x=$(printf x | sha256sum | cut -c 1-64)
none=$(printf none | sha256sum | cut -c 1-64)
check_status 0 ask upload "put-object $x" size=1 - x .
said
check_output said <<'END'
status 400
WRONG-CONTENT: more bytes came than were announced
END
put() { { pkt 'version 1' . "put-object $1" "size=$2" -; printf '%04x%s0000' $((${#3} + 4)) "$3"; pkt "${@:4}" quit .; } | git-lfs-transfer "$CHANCERY_ARCHIVE" upload; }
check_status 0 put "$x" 1 y
said
check_output said <<'END'
status 400
WRONG-CONTENT: the 1 bytes that came are not those of this SHA-256 and size; send them again
END
[ ! -e "$CHANCERY_ARCHIVE/lfs/objects/${x:0:2}/${x:2:2}/$x" ] || fail 'wrong content was taken'
check_status 0 put "$x" 1 x "verify-object $x" size=1 . "verify-object $none" size=4 . "verify-object $x" size=2 .
said
check_output said <<END
status 200
status 200
status 404
content $none is not here; chancery-sync --fetch brings it to a clone
status 400
WRONG-CONTENT: content $x is damaged: these are other bytes; bring it again
END
check_status 0 ask download "put-object $x" size=1 - x .
said
check_has said 'status 403' 'this session is not for uploads'
check_status 0 ask upload "get-object $x" size=1 .
said
check_has said 'status 403' 'this session is not for downloads'
check_status 0 ask lock batch - "$x 1" .
said
check_has said 'status 403' 'this session is for locks'
check_status 0 ask download lock path=a .
said
check_has said 'status 403'
check_status 0 ask upload 'rm -rf' . "unlock ../keys/registrar" . "unlock $(printf %032d 0)" . "lock" "path=$(printf '%0300d' 0)" .
said
check_output said <<'END'
status 400
MALFORMED-RECORD: request of git-lfs: no command that there is
status 404
there is no lock of that id
status 404
there is no lock of that id
status 400
what is to be locked is no path of at most 256 bytes
END
check_status 0 ask download batch transfer=basic - "$x 1" .
said
check_has said 'status 409'

# What is no message at all ends it; so does a line that breaks within one.
check_status 1 git-lfs-transfer "$CHANCERY_ARCHIVE" upload <<<'GET / HTTP/1.1'
check_has err 'git-lfs-transfer: MALFORMED-RECORD: request of git-lfs: no packet'
check_status 74 git-lfs-transfer "$CHANCERY_ARCHIVE" upload < <(pkt "put-object $none" size=4 -; printf 0006no)
check_has err 'the client has gone in the middle of a request'
[ -z "$(find "$CHANCERY_ARCHIVE/lfs/tmp" -type f)" ] || fail 'something is left in lfs/tmp'
check_status 1 git-lfs-transfer sender upload
check_has err "'sender' is no archive"
check_status 2 git-lfs-transfer "$CHANCERY_ARCHIVE" format

kill "$(cat sshd.pid)"
