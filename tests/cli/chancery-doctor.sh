#!/bin/bash
# Each thing that can be wrong, one after the other: it is named, what can be mended is, and afterwards all is well.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

# wrong WHAT TEXT: it is found wrong, nothing else is. mended WHAT: --fix does, once.
wrong() {
	check_status 1 as alice chancery-doctor -q
	[ "$(grep -c '^wrong' out)" = 1 ] || fail "not one thing: $(cat out)"
	grep -qP "^wrong\t$1\t" out || fail "$1: $(cat out)"
	check_has out "$2"
	check_has err 'chancery-doctor: 1 thing is wrong; --fix'
}
mended() {
	check_status 0 as alice chancery-doctor -q --fix
	grep -qP "^fixed\t$1\t" out || fail "$1: $(cat out)"
	check_status 0 as alice chancery-doctor -q
	! grep -qE '^(fixed|wrong)' out || fail "still: $(cat out)"
}

office S-0007
check_status 0 as alice chancery-doctor
for what in program agent archive owner modes disk git register registrar device person time hooks locks packs mail journal; do
	grep -qP "^fine\t$what\t" out || fail "$what: $(cat out)"
done
# A single administrator is a warning; a user without a keyring needs no agent.
grep -qP '^warning\tadministrators\t1 of them have valid keys, and as many have to agree\t' out || fail "$(cat out)"
mkdir nobody
check_status 0 env HOME="$PWD/nobody" GNUPGHOME="$PWD/nobody/.gnupg" chancery-doctor
grep -qP '^fine\tagent\tnot asked: this user has no keyring\tnone$' out || fail "$(cat out)"
check_status 0 as alice chancery-doctor --json
check_has out '"finding":"fine","what":"register"'

chmod 644 "$CHANCERY_ARCHIVE/chancery/keys/registrar"
check_status 1 as alice chancery-doctor -q
check_has out $'wrong\tmodes\t' "keys/registrar' is not for its owner only"
check_status 0 as alice chancery-doctor -q --fix
[ "$(stat -c %a "$CHANCERY_ARCHIVE/chancery/keys/registrar")" = 600 ] || fail 'modes'

rm "$CHANCERY_ARCHIVE/hooks/pre-receive"
wrong hooks 'pre-receive or post-receive cannot be started'
mended hooks
sed -i "s|^exec .*/|exec '/nowhere'/|" "$CHANCERY_ARCHIVE/hooks/post-receive"
wrong hooks 'cannot be started'
mended hooks

touch -d '2 days ago' "$CHANCERY_ARCHIVE/refs/heads/main.lock"
wrong locks '1 locks or unfinished pushes'
[ -e "$CHANCERY_ARCHIVE/refs/heads/main.lock" ] || fail 'mended unasked'
mended locks
[ ! -e "$CHANCERY_ARCHIVE/refs/heads/main.lock" ] || fail 'not mended'

# A key that is not the register's; what cannot be mended stays wrong.
mv "$CHANCERY_ARCHIVE/chancery/keys/registrar" registrar
wrong registrar registrar
check_status 1 as alice chancery-doctor -q --fix
mv registrar "$CHANCERY_ARCHIVE/chancery/keys/registrar"

make_person mallory
check_status 0 as mallory env CHANCERY_PERSON= chancery-doctor -q
check_has out $'warning\tperson\t'
check_status 1 as alice chancery-doctor -q --as nobody
check_has out $'wrong\tperson\t'
echo /elsewhere >"$CHANCERY_ARCHIVE/objects/info/alternates"
check_status 0 as alice chancery-doctor -q
check_has out $'warning\tgit\t' objects/info/alternates
rm "$CHANCERY_ARCHIVE/objects/info/alternates"

# Damage: the register is wrong, and everything else that can be looked at is. --store names it.
check_status 0 as alice chancery-verify --store
grep -qP '^store\tgood\t[0-9]+\t[0-9]+\t0$' out || fail "$(cat out)"
pack=$(find "$CHANCERY_ARCHIVE/objects/pack" -name '*.pack' | head -n 1)
cp "$pack" good
chmod u+w "$pack"
middle=$(($(stat -c %s "$pack") / 2))
other=$(($(od -A n -t u1 -j "$middle" -N 1 "$pack") ^ 1))
# shellcheck disable=SC2059
printf "\\$(printf %03o "$other")" | dd of="$pack" bs=1 seek="$middle" conv=notrunc status=none
check_status 1 as alice chancery-verify --store
grep -qP "^damaged\tobjects/pack/$(basename "$pack")\tdoes not hash to its checksum$" out || fail "$(cat out)"
grep -qP '^store\tbad\t' out || fail "$(cat out)"
cp good "$pack"
check_status 0 as alice chancery-verify -q --store
check_output out </dev/null
mkdir -p "$CHANCERY_ARCHIVE/lfs/objects/e3/b0"
touch "$CHANCERY_ARCHIVE/lfs/objects/e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
check_status 0 as alice chancery-verify -q --store
echo x >"$CHANCERY_ARCHIVE/lfs/objects/e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
check_status 1 as alice chancery-verify -q --store
check_has out 'lfs/objects/e3/b0/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
check_has err '1 objects or files'
rm -r "$CHANCERY_ARCHIVE/lfs/objects/e3"

rm "$CHANCERY_ARCHIVE/refs/heads/main"
check_status 1 as alice chancery-doctor -q
check_has out $'wrong\tregister\t' 'has not been founded'
check_status 1 chancery-doctor -q -A missing
check_has out "is no directory"
check_status 2 env -u CHANCERY_ARCHIVE chancery-doctor -q
