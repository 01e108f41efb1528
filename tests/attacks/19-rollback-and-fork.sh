#!/bin/bash
# A register that is taken back, or another one shown to some: whoever has seen a page notices, with every tool, and the two registers are kept.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

field() { git -C "$1" show -s --format=%B "$2" | sed -n "s/^$3: //p"; }
show_main() { git -C "$server" update-ref refs/heads/main "$1"; }

# What is registered again within the same second would be the same page.
later_than() { [ "$(date +%s)" -gt "$(git -C "$server" show -s --format=%ct "$1")" ]; }

# page ARCHIVE COMMIT: as messages name it.
page() { echo "page $(field "$1" "$2" Seq) ($2)"; }

office_seals S-0007
serve
clone desk
cp -r "$server" "$TEST_DIR/other"
old=$(main_of "$server")
apply bob S-0007
seen=$(main_of "$server")
check_status 0 at desk chancery-sync
check_status 0 as carol chancery-status

# ---- taken back ----
show_main "$old"
wait_for later_than "$seen"
rollback="ROLLBACK: the register of '$server' ends at $(page "$server" "$old"); $(page "$server" "$seen") has been seen"
for tool in chancery-status chancery-verify chancery-inbox seal-list people-list; do
	check_status 1 as carol "$tool"
	grep -v 'warning: what was verified is no longer a part of the register' err >said # the first one forgets it
	check_output said <<<"$tool: $rollback"
done
check_status 1 as carol seal-approve d1-000001
check_output err <<<"seal-approve: $rollback"
check_status 1 at desk chancery-sync
check_output err <<<"chancery-sync: 1 acts that the register has lost are handed back
chancery-sync: $rollback"
[ "$(main_of "$TEST_DIR/desk")" = "$seen" ] || fail 'the clone followed'
[ "$(git -C "$TEST_DIR/desk" for-each-ref --format='%(objectname)' refs/forks/ | sort)" = "$(printf '%s\n' "$old" "$seen" | sort)" ] || fail 'no proof'
# Who has never seen it cannot tell; who was told can.
check_status 1 as erin chancery-verify -q --expect "$(field "$server" "$seen" Seq):$seen"
check_has err "no page of the register is $seen: pages have been taken back, or this is a fork"

# ---- back again: nothing was lost, and the clone goes on ----
show_main "$seen"
check_status 0 as carol chancery-status
check_status 0 at desk chancery-sync
check_status 0 at desk chancery-verify -q

# ---- another register, as long, and longer: by the same registrar's key ----
apply bob S-0007
seen=$(main_of "$server")
check_status 0 at desk chancery-sync
check_status 0 as carol chancery-status
for round in 1 2 3; do
	date >other.txt
	at other as bob env XDG_STATE_HOME="$PWD/liar" seal-apply -q --reason "$round" --document other.txt S-0007
	[ "$round" != 2 ] || forked=$(main_of "$TEST_DIR/other")
done
longer=$(main_of "$TEST_DIR/other")
git -C "$server" fetch -q "$TEST_DIR/other" main
for lie in "$forked" "$longer"; do
	show_main "$lie"
	check_status 1 at desk chancery-sync
	check_has err "chancery-sync: FORK: the register of '$server' ($(page "$server" "$lie" | tr -d '()' | sed 's/\(page [0-9]*\) /\1, /')) does not go on from $(page "$server" "$seen"), which has been seen"
	[ "$(main_of "$TEST_DIR/desk")" = "$seen" ] || fail 'the clone followed'
	git -C "$TEST_DIR/desk" for-each-ref --format='%(objectname)' refs/forks/ | grep -qx "$lie" || fail 'no proof'
	check_status 1 as carol seal-list
	check_has err 'seal-list: FORK: '
	check_status 0 at desk as carol seal-list
	show_main "$seen"
	check_status 0 at desk chancery-sync
done

# ---- the memory itself ----
memory=$(echo "$TEST_DIR"/people/carol/.local/state/chancery/seen/*)
cp "$memory" kept
rm -f "$TEST_DIR"/people/carol/.cache/chancery/memory-* # of pages that are gone
for spoilt in 's/^Seq: .*/Seq: 0/' '$d' 's/^Archive: ./Archive: x/' 's/$/ /'; do
	sed "$spoilt" kept >"$memory"
	check_status 1 as carol chancery-status
	check_output err <<<"chancery-status: MALFORMED-RECORD: '$memory' is damaged; compare the register with somebody else's before you remove it"
done
sed "s/^Archive: .*/Archive: $(printf %032d 1)/" kept >"$memory"
check_status 1 as carol chancery-status
check_output err <<<"chancery-status: WRONG-ARCHIVE: '$memory' is about another archive"
cp kept "$memory"
check_status 0 as carol chancery-status

# A clone remembers by itself, too: its own main taken back by somebody who can write there.
git -C "$TEST_DIR/desk" update-ref refs/heads/main "$old"
check_status 1 at desk as frank seal-list
check_has err 'seal-list: ROLLBACK: '
git -C "$TEST_DIR/desk" update-ref refs/heads/main "$seen"
check_status 0 at desk as frank seal-list
