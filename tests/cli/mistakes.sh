#!/bin/bash
# What people get wrong is said in their words, before anything is made or signed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
one_line='wants one line of 1 to 256 bytes, with nothing invisible in it and no blank at its ends'
head=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)

# wrong STATUS MESSAGE command...: the first line on standard error
wrong() {
	check_status "$1" "${@:3}"
	check_output <(head -n 1 err) <<<"$2"
}

document=("--document" "$TEST_DIR/contract.txt")
wrong 2 "seal-apply: --reason $one_line" as bob seal-apply "${document[@]}" --reason '' S-0007
wrong 2 "seal-apply: --reason $one_line" as bob seal-apply "${document[@]}" --reason $'two\nlines' S-0007
wrong 2 "seal-apply: --title $one_line" as bob seal-apply "${document[@]}" --reason r --title "$(printf '%0257d' 0)" S-0007
wrong 2 "seal-apply: --place wants decimal degrees LAT,LON, not 'here'" as bob seal-apply "${document[@]}" --reason r --place here S-0007
wrong 2 'seal-apply: --radius wants a --place to be around' as bob seal-apply "${document[@]}" --reason r --radius 5 S-0007
wrong 2 'seal-apply: --place wants a --radius: within how many metres of it' as bob seal-apply "${document[@]}" --reason r --place 31.2,121.4 S-0007
for list in carol,frank 'carol  frank' 'carol ' '' ' carol'; do
	wrong 2 "seal-apply: --copy wants ids with one space between them, not '$list'" as bob seal-apply "${document[@]}" --reason r --copy "$list" S-0007
	wrong 2 "seal-apply: --approvers wants ids with one space between them, not '$list'" as bob seal-apply "${document[@]}" --reason r --approvers "$list" S-0007
done
wrong 2 "seal-reject: --reason $one_line" as carol seal-reject --reason ' ' d1-000001
wrong 2 "seal-cancel: --reason $one_line" as bob seal-cancel --reason '' d1-000001
wrong 2 "people-add: --name $one_line" as alice people-add --name '' --role employee gus
wrong 1 "seal-list: there is nobody called 'nobody'; see people-list" seal-list --person nobody
wrong 1 "seal-log: there is nobody called 'nobody'; see people-list" seal-log --person nobody
wrong 1 "seal-approve: there is nobody called 'nobody'; see people-list" as carol seal-approve --as nobody d1-000001
wrong 1 "people-add: no key '$(basename "$TEST_DIR")' in the keyring; see gpg --list-keys" \
	as alice people-add --role employee --key "$(basename "$TEST_DIR")" gus
cp "$TEST_DIR/bob.asc" gus.asc
wrong 1 "people-add: no key 'gus.asc' in the keyring; for the file of that name say './gus.asc'" \
	as alice people-add --role employee --key gus.asc gus
wrong 2 "chancery-init: --name $one_line" as alice chancery-init --name '' elsewhere alice
[ ! -e elsewhere ]
[ "$head" = "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" ]

# Asking beforehand takes no number, nor does it write anything.
rm -f "$CHANCERY_ARCHIVE/chancery/number"
check_status 0 as bob seal-apply -n "${document[@]}" --reason r --copy 'carol frank' --approvers carol S-0007
check_output out </dev/null
[ ! -e "$CHANCERY_ARCHIVE/chancery/number" ] || fail 'a number was taken'
apply bob S-0007 --presses 3
[ "$APPLICATION" = d1-000001 ] || fail "$APPLICATION"
wrong 1 "people-key: UNKNOWN-KEY: there is nobody called 'nobody'; see people-list" as alice people-key lost nobody
wrong 2 "people-key: --from wants a number that is at least 2, not '1'" as alice people-key --from 1 compromised bob
wrong 1 "seal-transfer: NO-AUTHORITY: '$APPLICATION': there is nobody called 'nobody'; see people-list" \
	as carol seal-transfer --to nobody "$APPLICATION"
wrong 1 "seal-approve: EXPIRED: '2020-01-01' has passed already; say a later --not-after" \
	as carol seal-approve --not-after 2020-01-01 "$APPLICATION"
as carol seal-approve -q --not-after +1d "$APPLICATION"

# A key that cannot be unlocked gives no signature: try again later, and what is half founded is named.
make_person gus
printf 'pinentry-program /bin/false\n' >"$TEST_DIR/people/gus/.gnupg/gpg-agent.conf"
as gus gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase secret --quick-generate-key locked ed25519 sign never 2>/dev/null
as gus gpgconf --kill gpg-agent
key=$(as gus gpg --batch --with-colons --list-secret-keys locked | awk -F: '$1 == "fpr" { print $10; exit }')
check_status 75 as gus chancery-init --key "$key" elsewhere gus
check_has err 'chancery-init: gpg gave no signature: ' "; remove 'elsewhere' and begin again"

# A clone can be verified, by its repository; an abbreviated commit is not a page that was taken back.
git clone -q "$CHANCERY_ARCHIVE" clone
wrong 74 "chancery-verify: 'clone' is a work tree; the archive is 'clone/.git'" chancery-verify clone
check_status 0 chancery-verify clone/.git
wrong 2 "chancery-verify: --expect wants the 40 hexadecimal digits of a commit, the number of its page and ':' before them, not '${head:0:7}'" chancery-verify --expect "${head:0:7}"
