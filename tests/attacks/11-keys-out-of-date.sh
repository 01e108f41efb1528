#!/bin/bash
# A key's certificate in the tree says that it has expired, or the key's owner and today's clock do: to git and gpg a valid signature is an expired one. Here the
# archive's own record counts, and it says from which act on a key is known; whoever is to lose his authority loses it by an act.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
ago() { date -u -d "$1 hours ago" +%s; }

# person TYPE NAME: a manager whose key was made 100 hours ago and expired 76 hours ago; before that he signed an approval.
person() {
	local home=$TEST_DIR/people/$2/.gnupg
	mkdir -p "$home"
	chmod 700 "$home"
	quick "$2" --faked-system-time "$(ago 100)!" --quick-generate-key "$2 <$2@example.org>" "$1" sign 1d
	as "$2" gpg --quiet --armor --export >"$2.asc" 2>/dev/null
	check_status 0 as alice people-add -q --name "$2" --role manager --key "./$2.asc" "$2"
}
quick() { as "$1" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' "${@:2}" 2>/dev/null; }
approve() {
	apply bob S-0007
	payload "$1" approval approve "seals/S-0007/applications/$(date -u +%Y)/0/$APPLICATION" Level=1 Role=manager Presses=1 Time="$(date -u -d "@$2" +%FT%TZ)"
	signed "$1" approval --faked-system-time "$2!" --ignore-valid-from 2>/dev/null
}
git_says() { as "$1" git -C "$CHANCERY_ARCHIVE" log -1 --format=%G? "$2"; }

person ed25519 edna
person rsa3072 rosa
for who in edna rosa; do
	# Signed while the key was valid by its own word: git shows it as made by an expired key today.
	commit=$(approve "$who" "$(ago 90)")
	[ "$(git_says "$who" "$commit")" = Y ] || fail "git says $(git_says "$who" "$commit") of an expired key"
	accepted "$commit"
	# The owner extends his key and has it in no archive again: nothing changes here.
	quick "$who" --quick-set-expire "$(fingerprint "$who")" 1y
	commit=$(approve "$who" "$(ago 0)")
	accepted "$commit"
	[[ "$(git_says "$who" "$commit")" == [GU] ]] || fail "git says $(git_says "$who" "$commit") of an extended key"
	# What the archive's copy of the key says, by itself.
	mkdir -m 700 "of-$who"
	git -C "$CHANCERY_ARCHIVE" show "main:keys/$(fingerprint "$who" | cut -c 1-2)/$(fingerprint "$who")/key.asc" | GNUPGHOME=$PWD/of-$who gpg --quiet --import 2>/dev/null
	[ "$(GNUPGHOME=$PWD/of-$who git -C "$CHANCERY_ARCHIVE" log -1 --format=%G? "$commit")" = Y ] || fail 'the certificate in the tree is not out of date'
	check_status 0 chancery-verify -q
	check_status 3 chancery-verify -q --signatures-only --keyring "./$who.asc" "$CHANCERY_ARCHIVE"
	! grep -q "^$commit" out || fail "$(grep "^$commit" out)"
	# Next to it what must fail by any clock: the same bytes by nobody.
	sed 's/^Presses: 1$/Presses: 2/' approval >bent
	unsaid BAD-SIGNATURE 'the signature does not fit the bytes and the key' "$(forge commit bent approval.asc)"
done
