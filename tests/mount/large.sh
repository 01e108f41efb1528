#!/bin/bash
# Large files: what is saved under such a name is content beside the tree and a pointer in it, as stock git-lfs has them; the drive reads and writes it like any
# other file, also after it was renamed, and says so when the content is not there.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

git lfs version >/dev/null 2>&1 || skip 'wants git-lfs'
archive
drive
F=$DRIVE/files/lib
mkdir "$F"
git() { GIT_CONFIG_GLOBAL=$TEST_DIR/gitconfig command git "$@"; }
git lfs install --skip-repo >/dev/null
content() { echo "$CHANCERY_ARCHIVE/lfs/objects/$(sha256sum <"$1" | sed 's/^\(..\)\(..\).*/\1\/\2/')/$(sha256sum <"$1" | cut -c 1-64)"; }
pointer() { printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n' "$(sha256sum <"$1" | cut -c 1-64)" "$(stat -c %s "$1")"; }
is_pointer() { git -C "$CHANCERY_ARCHIVE" cat-file blob "main:$1" | cmp - <(pointer "$2"); }

head -c 3000000 /dev/urandom >photo
cp photo "$F/photo.jpg"
cp photo "$F/plain.bin"
: >"$F/empty.pdf"
pointer photo >"$F/looks-like-one.txt"
wait_for is_pointer files/lib/photo.jpg photo
cmp "$(content photo)" photo
[ "$(stat -c %a "$(content photo)")" = 444 ] || fail 'content can be written to'
saved files/lib/plain.bin photo
[ "$(git -C "$CHANCERY_ARCHIVE" cat-file -s main:files/lib/empty.pdf)" = 0 ] || fail 'a pointer to nothing'
# What only looks like a pointer is content of its own, or it would be that of the photo.
pointer photo >text
is_pointer files/lib/looks-like-one.txt text
cmp "$F/looks-like-one.txt" text
cmp "$F/photo.jpg" photo
[ "$(stat -c %s "$F/photo.jpg")" = 3000000 ] || fail 'not the size of the content'
check_status 0 chancery-verify -q

# Read anew, changed in the middle, longer, shorter, and under a name that is not large: a pointer stays one.
drive_end
drive
cmp "$F/photo.jpg" photo
cmp -i 1000000:0 "$F/photo.jpg" <(tail -c +1000001 photo)
cp photo changed
printf X | dd of=changed bs=1 seek=1234567 conv=notrunc status=none
printf X | dd of="$F/photo.jpg" bs=1 seek=1234567 conv=notrunc status=none
wait_for is_pointer files/lib/photo.jpg changed
cat photo >>changed
cat photo >>"$F/photo.jpg"
wait_for is_pointer files/lib/photo.jpg changed
truncate -s 12345 changed "$F/photo.jpg"
wait_for is_pointer files/lib/photo.jpg changed
mv "$F/photo.jpg" "$F/photo.old"
wait_for is_pointer files/lib/photo.old changed
cmp "$F/photo.old" changed
# And a plain one that gets such a name becomes large.
mv "$F/plain.bin" "$F/plain.PDF"
wait_for is_pointer files/lib/plain.PDF photo
cmp "$F/plain.PDF" photo
# Older states have what they had.
history=$(find "$DRIVE/history/" -mindepth 1 -maxdepth 1 -name '2*' -printf '%f\n' | sort | tail -n 1)
cmp "$DRIVE/history/$history/files/lib/photo.old" changed

# Stock git-lfs checks the archive and clones it.
check_status 0 git -C "$CHANCERY_ARCHIVE" lfs fsck
drive_end
for url in "$CHANCERY_ARCHIVE" "file://$CHANCERY_ARCHIVE"; do
	rm -rf clone
	check_status 0 git clone -q "$url" clone
	cmp clone/files/lib/plain.PDF photo
	[ -z "$(git -C clone status --porcelain)" ] || fail "$(git -C clone status)"
	check_status 0 git -C clone lfs fetch # also those whose names are not large
	check_status 0 git -C clone lfs fsck
done
rm -rf clone
GIT_LFS_SKIP_SMUDGE=1 git clone -q "$CHANCERY_ARCHIVE" clone
cmp clone/files/lib/plain.PDF <(pointer photo)
check_status 0 git -C clone lfs pull
cmp clone/files/lib/plain.PDF photo

# Content that is not there: an error for whoever reads it, and nothing else is in the way.
mv "$(content photo)" away
check_status 3 chancery-verify
check_has out "missing	files/lib/plain.PDF	$(sha256sum <photo | cut -c 1-64)"
check_has err "large content of 1 files is not here, the first is 'files/lib/plain.PDF'"
drive
check_status 1 cat "$F/plain.PDF"
check_has err 'Input/output error'
check_status 0 getfattr --only-values -n user.chancery.state "$F/plain.PDF"
check_has out "missing: content $(sha256sum <photo | cut -c 1-64) is not here; chancery-sync --fetch brings it to a clone"
check_status 0 getfattr --only-values -n user.chancery.sha256 "$F/photo.old"
check_output out < <(sha256sum <changed | cut -c 1-64 | tr -d '\n')
[ "$(stat -c %s "$F/plain.PDF")" = 3000000 ] || fail 'its size is known'
cmp "$F/photo.old" changed
check_status 1 dd if=/dev/zero of="$F/plain.PDF" bs=1 count=1 conv=notrunc
mv away "$(content photo)"
cmp "$F/plain.PDF" photo
drive_end
check_status 0 chancery-verify -q
# What was here is asked of the disk again each time; one that nothing points to any more is not missed.
check_status 0 chancery-verify -q
mv "$(content photo)" away
check_status 3 chancery-verify
check_has out "missing	files/lib/plain.PDF	$(sha256sum <photo | cut -c 1-64)"
mv away "$(content photo)"
check_status 0 chancery-verify -q
drive
rm "$F/plain.PDF" "$F/looks-like-one.txt"
drive_end
check_status 0 chancery-verify -q
mv "$(content photo)" away
check_status 0 chancery-verify
check_status 0 chancery-verify
mv away "$(content photo)"
check_status 0 chancery-verify -q --full --store
