#!/bin/bash
# Whoever hands over an archive hands over what lies in its directory: a memory of what was verified, too, with the key that fits it, and beside it what lets
# an archive pass for a part of one. A verifier makes up his own mind.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
chancery-register -q -A "$CHANCERY_ARCHIVE"
cp -r "$CHANCERY_ARCHIVE" handed
forget_seen
export CHANCERY_ARCHIVE=$PWD/handed
memory=handed/chancery/memory
[ -s "$memory" ] || fail 'the register remembers nothing'

# The memory says that it reaches up to a page that nobody may have; its MAC is right.
bytes() { basenc -d --base16 <<<"${1^^}"; }
honest=$(main)
cp "$memory" honest-memory
forge page -a "$(as bob forge act -f "rules.2=$TEST_DIR/policy" policy policy Version=2)" >lie
at=$(od -An -v -tx1 honest-memory | tr -d ' \n' | grep -bo "$honest" | cut -d : -f 1)
cp honest-memory "$memory"
bytes "$(main)" | dd of="$memory" bs=1 seek=$((at / 2)) conv=notrunc status=none
head -c 1024 "$memory" | openssl mac -binary -macopt "hexkey:$(od -An -v -tx1 handed/chancery/keys/memory | tr -d ' \n')" -macopt size:32 BLAKE2BMAC |
	dd of="$memory" bs=1 seek=1024 conv=notrunc status=none

# It would be believed by whoever serves the archive ...
chancery-register -A handed || fail 'the forged memory is none'
# ... and is not by who judges it, as root, as the owner of the files, or as somebody who has never seen it.
said="NOT-ALLOWED: page $(field main Seq) of the register says OK of act "
for who in alice bob; do
	check_status 1 as "$who" chancery-verify handed
	check_has err "$said"
	check_status 1 as "$who" seal-list -A handed
	check_has err "$said"
done

# The control: the same directory with the honest page.
git -C handed update-ref refs/heads/main "$honest"
check_status 0 as alice chancery-verify handed

# A view makes of an archive a part of one, whose trees nobody puts together again: also when all acts are here it is not said that all is good.
view=$PWD/view
chancery-view -q "$view" seals/S-0007
cp -r handed part
cp -r view part/chancery/view
check_status 3 chancery-verify part
check_has err 'a partial clone: all acts that the pages name are here and hold; whether their trees have nothing else cannot be told'
chancery-clone -q --only "$view" "$CHANCERY_ARCHIVE" clone 2>/dev/null
check_status 3 chancery-verify clone

# Pipes and devices in place of what git reads: the verifier does not wait for them.
hex=$(main)
for where in refs/heads/main refs/heads/other refs/acts/a/b HEAD config packed-refs objects/info/alternates "objects/${hex:0:2}/${hex:2}" objects/pack/pack-x.idx; do
	cp -r handed odd
	rm -f "odd/$where"
	case $where in */*) mkdir -p "odd/${where%/*}" ;; esac
	mkfifo "odd/$where"
	check_status 1 timeout 60 chancery-verify odd
	check_output err <<<"chancery-verify: 'odd/$where' is a pipe, a socket or a device: no archive has one, and reading it might never end"
	ln -sf /dev/zero "odd/$where"
	check_status 1 timeout 60 chancery-verify odd
	rm -r odd
done
check_status 0 as alice chancery-verify handed
