#!/bin/bash
# Who is told what by mail, as an application goes its way; reminders; what becomes of mail that cannot be sent.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../mail.sh"

check_mails() {
	notify -q "$@"
	mails >told
	check_output told
}

office_seals S-0007
mail_system
export SENDMAIL
box=$CHANCERY_ARCHIVE/chancery/mail

# The first time it begins with what comes from now on.
check_status 0 notify
check_output err <<<"chancery-notify: begins with what is registered behind page $(chancery-status | awk -F '\t' '$1 == "seq" { print $2 }')"
check_output out </dev/null
check_mails </dev/null

# ---- an application, act by act: the next approvers, the applicant, those in copy; nobody of what he did himself ----
apply bob S-0007 --presses 3 --copy frank --place 31.2304,121.4737 --radius 500
check_status 0 notify -n
[ "$(grep -c ^Message-ID: out)" = 3 ] || fail "$(cat out)"
check_mails <<END
carol@example.org|Please decide: Desks (S-0007)
erin@example.org|Please decide: Desks (S-0007)
frank@example.org|Applied: Desks (S-0007)
END
as carol seal-transfer -q --to erin "$APPLICATION"
check_mails <<END
bob@example.org|Transferred: Desks (S-0007)
erin@example.org|Please decide: Desks (S-0007)
frank@example.org|Transferred: Desks (S-0007)
END
as erin seal-approve -q "$APPLICATION"
check_mails <<END
bob@example.org|Approved at a level: Desks (S-0007)
dave@example.org|Please decide: Desks (S-0007)
frank@example.org|Approved at a level: Desks (S-0007)
END
as dave seal-approve -q "$APPLICATION"
check_mails <<END
bob@example.org|Approved, the seal may be used: Desks (S-0007)
frank@example.org|Approved at a level: Desks (S-0007)
END
use "$APPLICATION" 1 1
notify -n >would
check_has would 'd1 recorded its use by Bob Li (bob): 1 press, 1 photo.'
check_mails <<END
bob@example.org|Used, please review: Desks (S-0007)
dave@example.org|Used, please review: Desks (S-0007)
erin@example.org|Used, please review: Desks (S-0007)
frank@example.org|Used, please review: Desks (S-0007)
END
as erin seal-withdraw -q --cap 1 "$APPLICATION"
check_mails <<END
bob@example.org|Presses withdrawn: Desks (S-0007)
frank@example.org|Presses withdrawn: Desks (S-0007)
END

# What a mail is: for sendmail, for a mail program, for a person. Never where a seal was used.
as bob seal-apply -q --document "$TEST_DIR/contract.txt" --title Chairs --reason 'a contract with the carpenter, who would like to have it by Friday' --copy frank S-0007
check_status 0 notify --json
check_has out '{"became":"sent","to":"carol@example.org","notice":"' '.decide.carol","error":"none"}'
mail=$(to carol)
check_output "${mail%.mail}.args" <<<"-i -f chancery@$(uname -n) -- carol@example.org"
id=$(sed -n 's/^Key: //p;s/^Archive: //p' <(git -C "$CHANCERY_ARCHIVE" cat-file commit main) | head -n 1)
sed -i -E "s/[0-9a-f]{64}/ACT/; s/$id/ARCHIVE/; s/^Date: .*/Date: D/; s/^Registered at .*/Registered at T/; s/<chancery@.*>/<F>/" "$mail"
check_output "$mail" <<END
From: =?UTF-8?B?$(printf 'Example Ltd' | base64)?=
 <F>
To: <carol@example.org>
Subject: Please decide: Chairs (S-0007)
Date: D
Message-ID: <ACT.decide.carol@ARCHIVE>
References: <ACT.application@ARCHIVE>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8; format=flowed
Content-Transfer-Encoding: 8bit

Bob Li (bob) applied for seal S-0007.
Registered at T

Application: seals/S-0007/applications/$(date -u +%Y)/0/d1-000002
Applicant: Bob Li (bob)
Title: Chairs
Reason: a contract with the carpenter, who would like to have it by 
Friday
Document: contract.txt
Seal: S-0007
Presses: 1
Copy: frank
Missing: level 1 wants 1 more 'manager'

To look at it, and at the document:

   seal-show d1-000002

Then one of these:

   seal-approve d1-000002
   seal-reject --reason TEXT d1-000002
   seal-transfer --to PERSON d1-000002

-- 
This mail proves nothing, the register does: chancery-inbox and 
seal-show say what is so.
END
! grep -rqE '31\.23|121\.47' "$SENT" "$box" || fail "a position in a mail"
mails >/dev/null

# ---- a person's record and keys: to the person, also where he could be reached before; whose address is none gets nothing ----
as alice people-add -q --name 'Bob Li' --mail bob.li@example.org --role employee bob
check_mails <<END
bob.li@example.org|Your record in the archive of Example Ltd
bob@example.org|Your record in the archive of Example Ltd
END
as alice people-add -q --name 'Bob Li' --mail none --role employee bob
check_mails <<<'bob.li@example.org|Your record in the archive of Example Ltd'
as carol seal-reject -q --reason 'no chairs' d1-000002
check_mails <<<'frank@example.org|Rejected: Chairs (S-0007)'
make_person greta
office_person greta 'Greta Sun' employee
check_mails <<END
greta@example.org|A key of yours in the archive of Example Ltd
greta@example.org|Your record in the archive of Example Ltd
END

# ---- what stands still: reminders and escalation by policy, each once ----
{ cat "$TEST_DIR/policy"; printf '%s\n' 'Remind: S-0007 1 1' 'Remind: S-0007 1 86400' 'Escalate: S-0007 1 1 director'; } >slow
as alice policy-set -q slow
apply frank S-0007
notify -q
wait_for sh -c 'chancery-notify -q --sendmail "$SENDMAIL"; grep -qs "^Subject: Reminder" "$SENT"/*.mail'
wait_for sh -c 'chancery-notify -q --sendmail "$SENDMAIL"; grep -qs "^Subject: Still waiting" "$SENT"/*.mail'
check_mails <<END
carol@example.org|Please decide: Desks (S-0007)
carol@example.org|Reminder, please decide: Desks (S-0007)
dave@example.org|Still waiting: Desks (S-0007)
erin@example.org|Please decide: Desks (S-0007)
erin@example.org|Reminder, please decide: Desks (S-0007)
END
check_mails </dev/null

# ---- as it happens ----
{ sh -c 'echo $$ >watcher && exec chancery-notify --sendmail "$SENDMAIL" -q --watch' || :; } &
wait_for test -s watcher
apply greta S-0007 --title Lamps
wait_for sh -c 'grep -qs "^Subject: Please decide: Lamps" "$SENT"/*.mail'
wait_for sh -c 'grep -qs "^Subject: Still waiting: Lamps" "$SENT"/*.mail'
check_status 75 notify
check_output err <<<'chancery-notify: somebody else sends the mails of this archive now'
kill "$(cat watcher)"
wait_for flock -n "$box/lock" true
mails >/dev/null
