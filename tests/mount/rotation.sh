#!/bin/bash
# Another registrar, another key of the device, the register begun anew behind a good page: a drive that is mounted meanwhile goes on, and nothing is lost.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
files=$DRIVE/files/office
is_saved() { saved "$@" 2>/dev/null; }
save() { echo "$1" >"$files/$1" && echo "$1" >"$1" && wait_for is_saved "files/office/$1" "$1"; }
page_key() { git -C "$CHANCERY_ARCHIVE" show -s --format=%B main | sed -n 's/^Key: //p'; }
registrar() { chancery-registrar | awk -F '\t' -v n="$1" '$1 == "registrar" { print $n }'; }

mkdir "$files"
save one
first=$(page_key)

check_status 0 as alice chancery-registrar -q rotate
save two
[ "$(page_key)" != "$first" ] || fail 'the page is signed by the registrar before'
[ "$(page_key)" = "$(registrar 2)" ] || fail 'the page is not signed by the registrar'
check_output "$TEST_DIR/drive.err" </dev/null
check_status 0 chancery-verify -q

# The register was in other hands: what was written behind the good page stays behind, and the drive goes on from there.
good=$(chancery-status | sed -n 's/^seq\t//p')
save three
lost=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
check_status 0 as alice chancery-registrar -q --good "$good" recover
save four
! git -C "$CHANCERY_ARCHIVE" merge-base --is-ancestor "$lost" main || fail 'the page is still there'
[ "$(page_key)" = "$(registrar 2)" ] || fail 'the page is not signed by the registrar'
check_output "$TEST_DIR/drive.err" </dev/null
check_status 0 chancery-verify -q
ls "$files" >names
check_output names <<<$'four\none\ntwo'

# The device's key ends: nothing is saved by it any more, and nothing is lost. With another one in its place saving goes on.
keys=$CHANCERY_ARCHIVE/chancery/keys
pgp create "$keys/device.new" 'd3 <d3@example.org>'
pgp certificate "$keys/device.new" >device.asc
as alice people-key -q --key ./device.asc admit --deposit d3
as alice people-key -q left d1
echo five >"$files/five"
check_status 1 chancery-commit
check_has err "KEY-ENDED: this device's key has ended (left); admit another one with people-key"
mv "$keys/device.new" "$keys/device"
check_status 0 chancery-commit
saved files/office/five "$files/five"
drive_end
check_status 0 chancery-verify -q
