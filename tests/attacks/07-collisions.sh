#!/bin/bash
# Two files of one SHA-1 (the published pair: shattered.io, the first 320 bytes of each): what is approved is named by SHA-256, and objects whose bytes are not
# those of their name are not read.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

begin=255044462d312e330a25e2e3cfd30a0a0a312030206f626a0a3c3c2f57696474682032203020522f4865696768742033203020522f547970652034203020522f537562747970652035203020
begin+=522f46696c7465722036203020522f436f6c6f7253706163652037203020522f4c656e6774682038203020522f42697473506572436f6d706f6e656e7420383e3e0a73747265616d0affd8fffe
begin+=00245348412d3120697320646561642121212121852fec092339759c39b1a1c63c4c97e1fffe01
first=7f46dc93a6b67e013b029aaa1db2560b45ca67d688c7f84b8c4c791fe02b3df614f86db1690901c56b45c1530afedfb76038e972722fe7ad728f0e4904e046c2
first+=30570fe9d41398abe12ef5bc942be33542a4802d98b5d70f2a332ec37fac3514e74ddc0f2cc1a874cd0c78305a21566461309789606bd0bf3f98cda8044629a1
second=7346dc9166b67e118f029ab621b2560ff9ca67cca8c7f85ba84c79030c2b3de218f86db3a90901d5df45c14f26fedfb3dc38e96ac22fe7bd728f0e45bce046d2
second+=3c570feb141398bb552ef5a0a82be331fea48037b8b5d71f0e332edf93ac3500eb4ddc0decc1a864790c782c76215660dd309791d06bd0af3f98cda4bc4629b1
# shellcheck disable=SC2001
bytes() { printf '%b' "$(sed 's/../\\x&/g' <<<"$1")"; }
bytes "$begin$first" >one.pdf
bytes "$begin$second" >two.pdf
[ "$(sha1sum <one.pdf)" = "$(sha1sum <two.pdf)" ] || fail 'SHA-1 tells them apart'
! cmp -s one.pdf two.pdf || fail 'they are the same'

office_seals
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
printf 'Format: 1\nKind: application\nTitle: t\nReason: r\nAttachment: %s 320 one.pdf\n' "$(digest one.pdf)" >record
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
# ask FILE DIGEST: an application with that file, which says it is about this digest.
ask() {
	as bob forge act -f record=record -f attachments/one.pdf="$1" apply "$path" Seal=S-0007 Device=seal-0007 Epoch=1 \
		Nonce=0123456789abcdef0123456789abcdef Presses=1 Photos=0 Fresh=0 Document-SHA256="$2"
}
refused WRONG-CONTENT "not what the record says: 'attachments/one.pdf'" "$(ask two.pdf "$(digest one.pdf)")"
refused WRONG-CONTENT "not what the record says: 'attachments/one.pdf'" "$(ask two.pdf "$(digest two.pdf)")"
accepted "$(ask one.pdf "$(digest one.pdf)")"
as carol seal-approve -q d1-000001

# By a push it is the same: on record as refused, and the control accepted.
pushing
path=${path%1}2
forged=$(at_client ask two.pdf "$(digest one.pdf)")
check_status 0 push "$forged"
remote >said
check_has said "refused $(at_client forge id "$forged"): WRONG-CONTENT: not what the record says: 'attachments/one.pdf'"
honest=$(at_client ask one.pdf "$(digest one.pdf)")
check_status 0 push "$honest"
remote >said
check_has said "accepted $(at_client forge id "$honest"): bob applies with $path"
path=${path%2}1

# The object itself exchanged for the other: as if git's SHA-1 collided, too, and nobody had computed it again.
cp -r "$CHANCERY_ARCHIVE" exchanged
cd exchanged
mv objects/pack ../packs
mkdir objects/pack
for pack in ../packs/*.pack; do git unpack-objects -q <"$pack"; done
blob=$(git rev-parse "main:$path/attachments/one.pdf")
chancery-verify -q .
other=$(git hash-object -w ../two.pdf)
[ "$other" != "$blob" ] || fail 'git calls them the same'
chmod u+w "objects/${blob:0:2}/${blob:2}"
cp -f "objects/${other:0:2}/${other:2}" "objects/${blob:0:2}/${blob:2}"
check_status 1 chancery-verify --full . # what has been verified is not read again without
check_has err "chancery-verify: cannot read object $blob: "
cd ..

# Ids are computed by libgit2, whose SHA-1 knows blocks that were made to collide. Our own, and libcrypto's, are for fingerprints and for sums over packs.
library=$(ldd "$(command -v chancery-verify)" | awk '/libgit2/ { print $3 }')
grep -qaF 'SHA1 collision attack detected' "$library" || fail "'$library' does not look for collisions"
(cd "$SRC/fs/lib" && grep -rl '"\(wire/\)\?sha1\.h"' . | sort) >users
check_output users <<END
./store/scrub.c
./wire/pgpkey.c
./wire/sha1.c
END
