#!/bin/bash
# Mail that cannot be sent waits, is tried again, and is given up after days; the register that was put back is not told from.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../mail.sh"

# program NAME <<script: something in the place of sendmail.
program() { cat >"$TEST_DIR/$1" && chmod +x "$TEST_DIR/$1"; }
using() { chancery-notify --sendmail "$TEST_DIR/$1" "${@:2}"; }
# edit LINE...: of every mail in the queue.
edit() { for line; do sed -i "1,/^$/s/^${line%%:*}: .*/$line/" "$box"/queue/*; done; }
field() { sed -n "s/^$2: //p;/^$/q" "$1"; }

office_seals S-0007
mail_system
box=$CHANCERY_ARCHIVE/chancery/mail
notify -q
before=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
apply bob S-0007
now=$(date +%s)

# ---- it fails: kept, with the reason; not tried again at once ----
program fails <<'END'
#!/bin/sh
echo try >>"$SENT/tries"
printf 'mail system is \033down\nnow\n' >&2
exit 75
END
check_status 75 using fails
check_output err <<<'chancery-notify: 2 mails are kept and will be tried again'
cut -f 1,2,4 out | tr '\t' '|' >kept
check_output kept <<END
kept|carol@example.org|'$TEST_DIR/fails' ended with status 75: mail system is ?down
kept|erin@example.org|'$TEST_DIR/fails' ended with status 75: mail system is ?down
END
check_status 75 using fails
check_output out </dev/null
[ "$(wc -l <"$SENT/tries")" = 2 ] || fail 'tried again at once'
chancery-status | grep mails >waiting
check_output waiting <<<$'mails\t2\nmails-failed\t0'
for mail in "$box"/queue/*; do
	[ "$(field "$mail" Attempts)" = 1 ] || fail "$(head -n 8 "$mail")"
	[ "$(($(date -d "$(field "$mail" Next)" +%s) - now))" -ge 60 ] || fail "$(head -n 8 "$mail")"
done

# ---- it hangs: killed, with what it has started, and the others wait; it is missing ----
program hangs <<'END'
#!/bin/sh
echo $$ >"$SENT/pid"
sleep 1000 & wait
END
edit 'Next: 2026-01-01T00:00:00Z'
check_status 75 using hangs --patience 1
check_has out "'$TEST_DIR/hangs' did not end within 1 seconds"
[ "$(wc -l <out)" = 1 ] || fail "the round went on: $(cat out)"
wait_for -t 10 sh -c '! pgrep -g "$(cat "$SENT/pid")"'
edit 'Next: 2026-01-01T00:00:00Z'
check_status 75 using missing
check_has out "cannot run '$TEST_DIR/missing': No such file or directory"
program deaf <<<'#!/bin/sh'
edit 'Next: 2026-01-01T00:00:00Z'
check_status 0 using deaf -q

# ---- given up after days, or at once when it is no address; nothing is lost ----
apply bob S-0007
check_status 75 using fails -q
edit 'Next: 2026-01-01T00:00:00Z' "Since: $(date -u -d '5 days ago' +%FT%TZ)"
check_status 1 using fails
check_output err <<<'chancery-notify: 2 mails were given up; they are in chancery/mail/failed, each with its reason'
[ -z "$(ls "$box/queue")" ] || fail 'still in the queue'
[ "$(grep -l '^Subject: Please decide: Desks' "$box"/failed/* | wc -l)" = 2 ] || fail 'not in failed'
[ "$(grep -c '^Error: .*mail system is ?down$' "$box"/failed/* | grep -c ':1$')" = 2 ] || fail 'without reason'
check_status 0 notify
check_output out </dev/null

chancery-status | grep mails >waiting
check_output waiting <<<$'mails\t0\nmails-failed\t2'

# A clock that was wrong when it was kept does not keep it for ever.
apply bob S-0007
check_status 75 using fails -q
edit 'Next: 2099-01-01T00:00:00Z'
check_status 0 notify -q

# ---- configuration ----
mkdir -p "$XDG_CONFIG_HOME/chancery"
printf 'Sendmail: %s\nMail-From: archive@example.org\n' "$SENDMAIL" >"$XDG_CONFIG_HOME/chancery/config"
rm -f "$SENT"/*
apply bob S-0007
check_status 0 chancery-notify -q
for mail in "$SENT"/*.mail; do
	check_has "$mail" ' <archive@example.org>'
	check_has "${mail%.mail}.args" '-i -f archive@example.org -- '
done
printf 'Mail-From: archive\n' >"$XDG_CONFIG_HOME/chancery/config"
check_status 2 chancery-notify
check_output err <<<"chancery-notify: 'Mail-From: archive' is not a mail address"
rm "$XDG_CONFIG_HOME/chancery/config"

# ---- a register that was put back, or a place that cannot be read: nobody is told twice, or from nowhere; what waits is delivered ----
apply bob S-0007
check_status 75 using fails -q
edit 'Next: 2026-01-01T00:00:00Z'
seq=$(field "$box/position" Seq)
git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"
check_status 1 notify
check_has err "chancery-notify: ROLLBACK: the register of '$CHANCERY_ARCHIVE' ends at page "
[ "$(grep -c ^sent out)" = 2 ] || fail "$(cat out)"
[ -z "$(ls "$box/queue")" ] || fail 'still in the queue'
forget_seen
check_status 1 notify
check_output err <<<"chancery-notify: WRONG-PREVIOUS: the register does not go on from page $seq, up to which mails were sent: pages have been taken back, or it is another; remove '$box/position' to begin anew with what comes from now on"
echo 'Seq: 1' >"$box/position"
check_status 74 notify
check_output err <<<"chancery-notify: '$box/position' cannot be read; remove it to begin anew with what comes from now on"
rm "$box/position"
check_status 0 notify -q --since 1
[ "$(find "$SENT" -name '*.mail' | wc -l)" -gt 6 ] || fail 'not from the first page on'
