#!/bin/bash
# A clone holds what the register says or does not come to be; an interrupted one is finished; what is there is not touched.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../clones.sh"

office
serve
cd "$TEST_DIR/work"

check_status 0 chancery-clone --json "$server" desk
check_has out "\"seq\":\"$(git -C "$server" show -s --format=%B main | sed -n 's/^Seq: //p')\"" "\"head\":\"$(git -C "$server" rev-parse main)\"" \
	"\"registrar\":\"$(git -C "$server" ls-tree --name-only main archive/ | sed -n 's,archive/\(.*\).asc,\1,p' | grep -vF "$(fingerprint alice)")\""
check_has err "an administrator admits this device's key, '$PWD/desk/chancery/keys/device.asc'"
[ "$(git -C desk rev-parse main)" = "$(git -C "$server" rev-parse main)" ] || fail 'another main'
git -C desk fsck --strict
[ ! -e desk/chancery/keys/registrar ] || fail "the registrar's key is here"
[ "$(stat -c %a desk/chancery/keys/device)" = 600 ] || fail "others can read the device's key"
check_status 0 chancery-verify -q desk

# Deciding takes a person; applying takes a device that the archive knows.
date >letter.txt
check_status 1 as bob seal-apply -A desk --reason 'a letter' --document letter.txt S-0007
check_output err <<<"seal-apply: UNKNOWN-KEY: this device's key has not been admitted, or it is not known here yet: an administrator admits it with people-key, see chancery-clone; then chancery-sync"

# The same command again finishes one that was interrupted, and harms none that is finished.
key=$(sha256sum desk/chancery/keys/device)
check_status 0 chancery-clone -q "$server" desk
[ "$key" = "$(sha256sum desk/chancery/keys/device)" ] || fail 'another device key'
git -C desk update-ref -d refs/heads/main
rm desk/chancery/keys/device
check_status 1 chancery-status -A desk
check_output err <<<"chancery-status: 'desk' is a clone that was not finished; see chancery-clone"
check_status 0 chancery-clone -q "$server" desk
check_status 0 chancery-status -A desk
check_has out "origin	$server" 'outbox	0'

# What is there already, and what is not.
check_status 1 chancery-clone "$server" "$server"
check_output err <<<"chancery-clone: '$server' is there already and no clone of '$server'"
mkdir full && touch full/file
check_status 74 chancery-clone "$server" full
check_status 74 chancery-clone ./nowhere new
check_output err <<<"chancery-clone: cannot find './nowhere': No such file or directory"
git init -q --bare empty
check_status 1 chancery-clone ./empty new
check_has err "there is no register at '$PWD/empty'"
check_status 75 chancery-clone http://127.0.0.1:9/archive new
check_has err "'http://127.0.0.1:9/archive' cannot be reached"
check_status 2 chancery-clone 'ext::sh -c x' new2
check_output err <<<"chancery-clone: 'ext::sh -c x' is not a URL or path of at most 256 bytes"
check_status 2 chancery-clone ::1:x new2
[ ! -e new2 ] || fail 'a directory is left of what is no URL'
check_status 75 chancery-clone "http://[::1]:1/x" new4 # an address; nobody is there
check_status 2 chancery-clone -- '--upload-pack=touch mark;:' new3
[ ! -e mark ] || fail 'a URL has become a command'

# A register that does not hold: nothing is called done, and there is no main.
cp -r "$server" "$TEST_DIR/false"
lie=$(at false as carol forge act -f "rules.2=$TEST_DIR/policy" policy policy Version=2)
at false forge page -a "$lie" >said
check_status 1 chancery-clone "$TEST_DIR/false" believer
check_has err "chancery-clone: NOT-ALLOWED: page $(git -C "$TEST_DIR/false" show -s --format=%B main | sed -n 's/^Seq: //p') of the register says OK of act"
check_status 128 git -C believer rev-parse -q main
