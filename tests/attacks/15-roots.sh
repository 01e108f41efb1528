#!/bin/bash
# One founding, one line of pages down to it: a second root, an orphan, a history of somebody's own.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
good=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
before=$(main)
page=$(($(field main Seq) + 1))

# A second founding on the same line, a second first act of a subject.
git show main:archive/record >record
found=(-f record=record -f "$(fingerprint alice).asc=$TEST_DIR/people/alice.asc")
as alice gpg --armor --export alice >"$TEST_DIR/people/alice.asc"
second=$(as alice forge act "${found[@]}" -p none found archive Register-Key="$(fingerprint alice)" Administrators="alice:$(fingerprint alice)" Threshold=1)
refused CONFLICT "'archive' is there already" "$second"
refused WRONG-PREVIOUS "its parent is not an accepted act of 'policy'" "$(as alice forge act -p none -f "rules.2=$TEST_DIR/policy" policy policy Version=2)"
refused WRONG-PREVIOUS "its parent is not an accepted act of '$path'" "$(as carol forge act -p none approve "$path" Level=1 Role=manager Presses=1)"
refused WRONG-PREVIOUS 'the first act of a subject has no parent and no previous act' \
	"$(as alice forge act -p "$(git log --no-merges -1 --format=%H main -- policy)" -f "person.1=$TEST_DIR/policy" person "people/$(printf zoe | sha256sum | cut -c 1-2)/zoe" Version=1)"
refused WRONG-SUBJECT 'names a record that its kind does not have' "$(printf 'Format: 1\nName: Zoe\nMail: none\nRoles: manager\n' >zoe
	as alice forge act -p none -f person.1=zoe person "people/$(printf zoe | sha256sum | cut -c 1-2)/zoe" Version=1 Subject-SHA256="$(sha256sum <zoe | cut -c 1-64)")"
before=$(main)
page=$(($(field main Seq) + 1))

# A page without the pages before it.
id=$(forge id "$good")
forge page -a "$good" -p "$good" >lie
check_status 1 chancery-verify -q
restore
forge page -a "$good" -p "$good" Previous-SHA256=none >lie
check_status 1 chancery-verify -q
check_output err <<<'chancery-verify: WRONG-CONTENT: main holds a commit that is no page of the register'
restore
forge page -a "$good" -p "$good" Previous-SHA256=none Seq=1 Policy-SHA256=none >lie
check_status 1 chancery-verify -q
check_output err <<END
chancery-verify: warning: what was verified is no longer a part of the register: all of it was verified again, from the founding on
chancery-verify: WRONG-ARCHIVE: page 1 of the register says OK of act $id: the archive has not been founded
END
restore

# A whole history of somebody's own, with the same name and people, in place of this one: it is good in itself, and it is not this archive.
other=$TEST_DIR/other
as alice chancery-init -q --name 'Example Ltd' --policy "$TEST_DIR/policy" "$other" alice
git fetch -q "$other" main
theirs=$(git rev-parse FETCH_HEAD)
git update-ref refs/heads/main "$theirs"
check_status 0 chancery-verify -q
check_status 1 chancery-verify -q --expect "$before"
check_output err <<<"chancery-verify: no page of the register is $before: pages have been taken back, or this is a fork"
# Nor can it be grafted on: its pages are not this registrar's.
git cat-file commit "$theirs" >raw
restore
check_status 0 chancery-verify -q --expect "$before"
graft=$(git cat-file commit "$before" | sed "0,/^parent/s/^parent .*/parent $theirs/" | git hash-object -t commit -w --stdin)
git update-ref refs/heads/main "$graft"
check_status 1 chancery-verify -q
restore

# What git itself can be told to believe does not matter here: replacements and grafts.
git replace "$before" "$theirs"
check_status 0 chancery-verify -q --expect "$before"
git replace -d "$before" >out
mkdir -p "$CHANCERY_ARCHIVE/info"
echo "$before" >"$CHANCERY_ARCHIVE/info/grafts"
check_status 0 chancery-verify -q --expect "$before"
rm "$CHANCERY_ARCHIVE/info/grafts"
git update-ref refs/heads/main "$before^"
check_status 1 chancery-verify -q --expect "$before"
check_output err <<<"chancery-verify: no page of the register is $before: pages have been taken back, or this is a fork"
restore

accepted "$good"
