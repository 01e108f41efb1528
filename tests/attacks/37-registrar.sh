#!/bin/bash
# Whoever signs pages: the registrar, until as many administrators as the threshold wants say otherwise in the same words. Nobody else, not with fewer
# voices, not with two keys of one person or one that an administrator made for another; and the one before never again. Attacks 13, 15, 19, 37.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
office_allows 'administrator key-end keys/**'
keys=$CHANCERY_ARCHIVE/chancery/keys
registrar() { chancery-registrar | awk -F '\t' '$1 == "registrar" { print $2 }'; }
seq() { chancery-status | sed -n 's/^seq\t//p'; }

# A page by somebody else.
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
approval=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)
before=$(main) page=$(($(seq) + 1))
cp "$keys/registrar" "$TEST_DIR/first"
cp "$keys/device" "$keys/registrar"
forge page -a "$approval" >lie
verify_says "WRONG-KEY: page $page of the register: not signed by the registrar"
restore
check_status 1 forge register "$approval"
check_output err <<<"forge: WRONG-KEY: this machine's key is not the registrar's, who is another since page 1"
cp "$TEST_DIR/first" "$keys/registrar"
accepted "$approval"

# Two of three. What one says has no effect, however often, and whatever keys he has.
as alice chancery-registrar -q --threshold 2 appoint alice carol dave
as carol chancery-registrar -q rotate
first=$(registrar)
[ "$(registrar)" = "$first" ] || fail 'one is enough'
proposal=$(chancery-registrar | awk -F '\t' '$1 == "proposal" { print $2 }')
words() { git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%B -1 --grep '^Act: registrar$' main | sed -n "s/^$1: //p"; }
register=(registrar archive Register-Key="$(words Register-Key)" Epoch=2 Content-SHA256="$(words Content-SHA256)" Previous-SHA256="$(words Previous-SHA256)")
refused NOT-ALLOWED "'erin' does not sign as one of the archive's administrators" "$(as erin forge act "${register[@]}")"
refused SAME-PERSON "'carol' has said so already" "$(as carol forge act "${register[@]}")"
refused WRONG-EPOCH "the registrar's epoch is 1" "$(as dave forge act "${register[@]}" Epoch=3)"
refused WRONG-PREVIOUS "Previous-SHA256 and parent are not the latest act of 'archive'" "$(as dave forge act "${register[@]}" Previous-SHA256="$proposal")"
founding=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H --grep '^Act: found$' main)
refused WRONG-PREVIOUS "Previous-SHA256 and parent are not the latest act of 'archive'" "$(as dave forge act -p "$founding" "${register[@]}")"
refused WRONG-CONTENT 'Good-Seq and Good-Head are both there or neither' "$(as dave forge act "${register[@]}" Good-Seq=3)"
refused WRONG-PREVIOUS "the last good page is not the one before this act's" "$(as dave forge act "${register[@]}" Good-Seq=3 Good-Head="$(printf 0 | sha256sum | cut -c -64)")"

# Alice, who may admit keys by the policy, makes one for Dave: it signs for Dave, and has no voice among the administrators.
make_person minted
as minted people-key --key minted@example.org prove dave >minted.asc
as alice people-key -q --key ./minted.asc admit dave
refused NOT-ALLOWED "'dave' does not sign as one of the archive's administrators" "$(as minted forge act "${register[@]}")"
# Dave's own next key has, and is still one voice.
as dave gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' --quick-generate-key 'dave 2 <dave2@example.org>' ed25519 sign never 2>/dev/null
second=$(as dave gpg --batch --with-colons --list-secret-keys dave2@example.org | awk -F: '$1 == "fpr" && !n++ { print tolower($10) }')
as dave people-key -q --key dave2@example.org admit
voice=$(as dave forge act -k "$second" "${register[@]}")
# A page by the new key before it is the registrar's; then the control.
next=$TEST_DIR/next
cp "$keys/registrar.next" "$next"
cp "$next" "$keys/registrar"
before=$(main)
check_status 1 forge register "$voice"
check_has err "WRONG-KEY: this machine's key is not the registrar's, who is another since page 1"
forge page -a "$voice" >lie
check_status 1 chancery-verify -q
check_has err 'WRONG-KEY: page ' ' of the register: not signed by the registrar'
restore
# Nor by one who says that he recovers what nobody has lost, as long as one administrator says so.
recovery=$(as dave forge act -k "$second" "${register[@]}" Good-Seq="$(seq)" Good-Head="$(forge id "$before")")
forge page -a "$recovery" >lie
check_status 1 chancery-verify -q
check_has err 'WRONG-KEY: page ' ' of the register: not signed by the registrar'
restore
# Nor by one who hides behind such words that all it takes is said beside them: to take over from a registrar takes his page.
beside=$(as dave forge act -k "$second" -p "$recovery" "${register[@]}")
forge page -a "$recovery" -a "$beside" >lie
verify_says "WRONG-KEY: page $(field main Seq) of the register: not signed by the registrar"
restore
cp "$TEST_DIR/first" "$keys/registrar"
accepted "$voice"
[ "$(registrar)" != "$first" ] || fail 'two are not enough'

# The one before signs no page and no state any more; the next does.
stale=$(as carol forge act approve "$path" Level=2 Role=director Presses=1)
before=$(main)
forge page -a "$stale" >lie
check_status 1 chancery-verify -q
check_has err 'WRONG-KEY: page ' ' of the register: not signed by the registrar'
restore
state=$(forge act -r seal-state "$path" Device=seal-0007 Epoch=1 Seq="$(seq)" Status=open Cap=0 Receipt-Acked=0)
cp "$next" "$keys/registrar"
refused KEY-ENDED "the key of 'registrar' has ended (superseded) on page $(seq)" "$state"

# Whoever leaves does it while the others can decide; a stolen key is stolen whoever is left.
as alice people-key -q left alice
end() { as carol forge act key-end "keys/$(fingerprint carol | cut -c 1-2)/$(fingerprint carol)" "Ended=$1"; }
refused LAST-ADMINISTRATOR '1 administrators with valid keys would be left, and 2 have to agree: appoint another first' "$(end left)"
accepted "$(end lost)"
