#!/bin/bash
# Killed before each system call that changes something, chancery-notify loses no notice; what is sent twice has the same Message-ID and is the same mail.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../mail.sh"
. "$(dirname "$0")/../killing.sh"

office_seals S-0007
mail_system
box=$CHANCERY_ARCHIVE/chancery/mail
notify -q
apply bob S-0007 --copy frank
cp -r "$box" fresh

# What is to be told.
check_status 0 notify -n
sed -n 's/^Message-ID: //p' out | sort >expected
[ "$(wc -l <expected)" = 3 ] || fail "$(cat expected)"

killed=0 twice=0
for ((n = 1; ; n++)); do
	rm -rf "$box" "$SENT"
	mkdir "$SENT"
	cp -r fresh "$box"
	status=0
	setsid die-at "$n" chancery-notify --sendmail "$SENDMAIL" >out 2>err &
	wait $! || status=$?
	[ "$status" = 0 ] || break
	killed=$((killed + 1))
	# The mail program goes on without the one that started it, and may not even have begun.
	end_of $!
	notify -q
	grep -h '^Message-ID: ' "$SENT"/*.mail | sed 's/^Message-ID: //' | sort >sent
	sort -u sent >once
	diff -u expected once >&2 || fail "killed before step $n"
	[ "$(sort -u sent | wc -l)" = "$(wc -l <sent)" ] || twice=$((twice + 1))
	for id in $(uniq -d sent); do
		[ "$(grep -lF "Message-ID: $id" "$SENT"/*.mail | xargs -n 1 sha256sum | cut -c 1-64 | sort -u | wc -l)" = 1 ] || fail "another mail under $id"
	done
	[ -z "$(find "$box/queue" "$box/failed" -type f -not -name '.*')" ] || fail "left after step $n: $(ls -R "$box")"
done
[ "$status" = 1 ] || fail "die-at ended with $status"
[ "$killed" -ge 30 ] || fail "$killed kills"
[ "$twice" -ge 1 ] || fail 'no mail was ever sent twice: the test does not kill where it should'
echo "$killed kills, $twice of them with a mail sent twice"
