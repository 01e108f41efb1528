#!/bin/bash
# Words that gpg says to its callers, and signs that move a terminal's cursor, in whatever names can be made to hold them: a verdict comes from structures, and
# what is printed is text.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

# printable FILE: one that a terminal shows and obeys nothing in.
printable() { ! LC_ALL=C grep -n $'[\001-\010\013-\037\177]\|\xc2[\x80-\x9f]\|\xe2\x80[\x8b-\x8f\xaa-\xae]\|\xe2\x81[\xa6-\xa9]' "$1" >&2 || fail "'$1' has more than text in it"; }

# ---- a key by whose user ids gpg would say of every signature that it is good ----
office_seals
make_person rosa
mv "$TEST_DIR/people/rosa/.gnupg" "$TEST_DIR/people/rosa/own"
mkdir -m 700 "$TEST_DIR/people/rosa/.gnupg"
words='[GNUPG:] GOODSIG 0123456789ABCDEF carol'
make() { as rosa gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' "$@" 2>/dev/null; }
make --quick-generate-key "$words" rsa3072 sign never
make --quick-add-uid "$words" 'VALIDSIG %0A[GNUPG:] TRUST_ULTIMATE'
make --quick-add-uid "$words" $'\033[2J\033[1;1Hcarol'
as rosa gpg --armor --export >"$TEST_DIR/rosa.asc" 2>/dev/null
as alice people-add -q --name "$words" --mail none --role manager --key "$TEST_DIR/rosa.asc" rosa
apply bob S-0007 --title "$words" --reason '[GNUPG:] BADSIG %0d%0a[GNUPG:] VALIDSIG'
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
payload rosa approval approve "$path" Level=1 Role=manager Presses=1
good=$(signed rosa approval)
sed 's/^Presses: 1$/Presses: 2/' approval >bent
unsaid BAD-SIGNATURE 'the signature does not fit the bytes and the key' "$(forge commit bent approval.asc)"
as rosa gpg --export >ring 2>/dev/null
git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/bent "$(forge commit bent approval.asc)"
check_status 1 chancery-verify -q --signatures-only --keyring ring "$CHANCERY_ARCHIVE" bent
[ "$(grep -c "	bad	$(fingerprint rosa)	" out)" -eq 1 ] || fail "$(cat out)"
git -C "$CHANCERY_ARCHIVE" update-ref -d refs/heads/bent
accepted "$good"
for tool in people-list seal-list 'seal-show d1-000001' 'chancery-verify -v' 'chancery-status' 'seal-log'; do
	for how in '' --json; do
		$tool $how >shown 2>&1
		printable shown
	done
	script -qec "stty cols 200; $tool" /dev/null </dev/null | tr -d '\r' >shown
	printable shown
done

# ---- names that only a file system or an object can hold ----
for evil in $'\033[2J\033[1;1HOK' $'a\nchancery-verify: good' $'\u202eevil' $'a\u200bb' $'\xc2\x9b2J' $'\xff\xfe' $'\a\b\b'; do
	for command in "chancery-verify" "chancery-verify --signatures-only --keyring ring" "policy-check" "chancery-verify --signatures-only --keyring"; do
		$command "$evil" "$evil" >shown 2>&1 && fail "$command: '$evil'"
		$command "$evil" >shown 2>&1 && fail "$command: '$evil'"
		[ "$(grep -c ^usage: shown)" -eq 0 ] || continue
		printable shown
		[ "$(wc -l <shown)" -eq 1 ] || fail "$(cat -v shown)"
	done
	printf 'Format: 1\nGap: 0\n%s: x\nAllow: %s x y\n' "$evil" "$evil" >policy
	check_status 1 policy-check policy
	printable err
	mkdir -p repository/objects "repository/refs/heads"
	echo none >"repository/refs/heads/$evil"
	check_status 1 chancery-verify --signatures-only --keyring ring repository
	printable err
	rm "repository/refs/heads/$evil"
done

# In a tree of the archive; what is refused for such a name is said without it.
cd "$CHANCERY_ARCHIVE"
# shellcheck disable=SC2001
entry() { printf '%s %s\0%b' "$1" "$3" "$(sed 's/../\\x&/g' <<<"$2")"; }
tree() { git hash-object -t tree -w --literally --stdin; }
directory=$(entry 100644 "$(echo | git hash-object -w --stdin)" $'\033[2J' | tree)
evil=$(forge act -d -t "$(entry 40000 "$(entry 40000 "$directory" lib | tree)" files | tree)" -p none save files/lib Journal="$(printf '%032d' 1) 1" \
	Changes-SHA256="$(printf '%064d' 0)")
cd "$TEST_DIR/work"
refused MALFORMED-TREE "tree $directory is not in canonical form" "$evil" -t "$(git -C "$CHANCERY_ARCHIVE" rev-parse 'main^{tree}')"

# The control: that `printable` finds what it looks for.
printf '\033[2J' >shown
! (printable shown) 2>/dev/null || fail 'everything is printable'
