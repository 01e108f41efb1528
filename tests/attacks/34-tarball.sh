#!/bin/bash
# A tarball that stock tar would let out of its directory, that hides something, or that claims too much. Each is beside its control: the same
# steps without the forged one give what is accepted.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../extract.sh"

used_application
unpack a.tar
D=${ROOT#root/}

accepted() { check_status 0 chancery-verify -q "$1"; }
# refused FILE MESSAGE: in full
refused() {
	check_status 1 chancery-verify -q "$1"
	check_output err <<<"chancery-verify: $2"
}

# Control: taken apart and put together again with stock tar.
repack good.tar
accepted good.tar

# add OPTION...: the good tarball with something more at its end; file `more` is what it adds.
add() {
	cp good.tar bad.tar
	tar --format=ustar --append -f bad.tar "$@"
}
mkdir -p "$D/acts"
echo more >"$D/acts/more"
add -P --transform "s,^,/tmp/," "$D/acts/more"
refused bad.tar "MALFORMED-TREE: '/tmp/$D/acts/more' is not a name that an extract may have"
add -P --transform "s,acts/more,../more," "$D/acts/more"
refused bad.tar "MALFORMED-TREE: '$D/../more' is not a name that an extract may have"
add -P --transform "s,$D,elsewhere," "$D/acts/more"
refused bad.tar "MALFORMED-TREE: 'elsewhere/acts/more' is not a name that an extract may have"
add --transform "s,acts/more,.git/config," "$D/acts/more"
refused bad.tar "MALFORMED-TREE: '$D/.git/config' is not a name that an extract may have"
add "$D/acts"
refused bad.tar "MALFORMED-TREE: '$D/acts/' is not a plain file"
add --transform "s,more,x/x/x/x/x/x/x/x," "$D/acts/more"
refused bad.tar "MALFORMED-TREE: '$D/acts/x/x/x/x/x/x/x/x' is not a name that an extract may have"

ln -s /etc/passwd "$D/link"
add "$D/link"
refused bad.tar "MALFORMED-TREE: '$D/link' is not a plain file"
ln "$D/acts/more" "$D/acts/same"
tar --format=ustar -cf bad.tar "$D/acts/more" "$D/acts/same"
refused bad.tar "MALFORMED-TREE: '$D/acts/same' is not a plain file"
mkfifo "$D/fifo"
add "$D/fifo"
refused bad.tar "MALFORMED-TREE: '$D/fifo' is not a plain file"
truncate -s 1M "$D/sparse"
for format in gnu pax; do
	tar --format=$format -S -cf bad.tar "$D/sparse"
	refused bad.tar "MALFORMED-TREE: '$D/sparse' is sparse or has attributes of its own"
done

add -C root "$D/README"
refused bad.tar "MALFORMED-TREE: '$D/README' is there twice"
add "$D/acts/more"
refused bad.tar "WRONG-CONTENT: 'acts/more' is not named in MANIFEST, or not in this place"

# Bytes that no tool shows, and a size that no file has.
{ cat good.tar; head -c 512 /dev/zero; echo hidden; } >bad.tar
refused bad.tar "MALFORMED-TREE: 'bad.tar' goes on behind its end"
{ cat good.tar; head -c 10240 /dev/zero; } >longer.tar
accepted longer.tar
head -c "$(grep -abo 'bob applies with' good.tar | sed 's/:.*//;q')" good.tar >bad.tar
check_status 1 chancery-verify -q bad.tar
check_has err "acts/01-apply.payload' is cut off"
check_status 1 chancery-verify -q "$SRC/tests/fuzz/corpus/tarball/refused-claims-more"
check_output err <<<"chancery-verify: TOO-LONG: 'd/a' claims to be larger than the tarball"
gzip -k good.tar
refused good.tar.gz "MALFORMED-TREE: 'good.tar.gz' is not an uncompressed tarball, or is cut off"

# A manifest that names a file twice, one that is not there, or one less.
again() { restate; "$@"; (cd "$ROOT" && { sha256sum README MANIFEST; sed 1,2d SHA256SUMS; } >../sums && mv ../sums SHA256SUMS); tar_as_is; }
tar_as_is() { tar -C root --format=ustar -cf bad.tar -T order; }
repack good.tar
again sed -i "s,^File: .* files/record\$,&\n&," "$ROOT/MANIFEST"
refused bad.tar "WRONG-CONTENT: MANIFEST names 'files/record' twice, or not in its place"
unpack good.tar
again sed -i "s,^File: .* files/record\$,&\nFile: $(printf %064d 0) 0 files/void," "$ROOT/MANIFEST"
refused bad.tar "WRONG-CONTENT: 'files/void' is missing"
unpack good.tar
again sed -i "/ files.record$/d" "$ROOT/MANIFEST"
refused bad.tar "WRONG-CONTENT: 'files/record' is not named in MANIFEST, or not in this place"
unpack good.tar
for format in 0 3 02; do
	again sed -i "s,^Format: 2,Format: $format," "$ROOT/MANIFEST"
	refused bad.tar "MALFORMED-RECORD: MANIFEST does not begin as that of an extract"
	unpack good.tar
done
again sed -i "s,^Format: 2,Format: 1," "$ROOT/MANIFEST"
refused bad.tar "WRONG-CONTENT: 'README' is not what the registered acts add up to"
unpack good.tar
again true
accepted bad.tar
