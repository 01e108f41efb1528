#!/bin/bash
# Time is the signer's word: it is held against the signature's own and against the registrar's time of receipt; order comes from the register alone.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
for _ in 1 2 3 4; do apply bob S-0007; done
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-00000
at() { date -u -d "$1" +%FT%TZ; }
approve() { payload carol approval approve "$path$1" Level=1 Role=manager Presses=1 Time="$(at "$2")"; }
sign() { signed carol approval --faked-system-time "$(date -d "$1" +%s)!" 2>/dev/null; }
later='drawn up or signed after it was received'

# Signed before it was drawn up; drawn up, and signed, tomorrow; signed tomorrow.
approve 1 'now + 1 hour'
barred WRONG-TIME 'the times of statement, signature and receipt contradict each other' "$(signed carol approval)"
refused WRONG-TIME "$later" "$(sign 'now + 1 hour')"
approve 1 now
refused WRONG-TIME "$later" "$(sign 'now + 1 hour')"
approve 1 'now + 2 minutes'
accepted "$(sign 'now + 2 minutes')"

# Signed before there was the key, by the signature's own word.
made=$(as carol gpg --batch --with-colons --list-secret-keys 2>/dev/null | awk -F: '$1 == "sec" { print $6 }')
approve 4 "@$((made - 100))"
before_key() { signed carol approval --faked-system-time "$1!" --ignore-time-conflict --ignore-valid-from 2>/dev/null; }
unsaid WRONG-TIME 'signed before the key was made' "$(before_key "$((made - 1))")"
as carol git -C "$CHANCERY_ARCHIVE" verify-commit "$(before_key "$((made - 1))")" 2>/dev/null && fail 'git takes it'
accepted "$(before_key "$made")"

# Kept back longer than the policy lets anybody: as if it had been decided before what came in meanwhile.
approve 2 'now - 8 days'
refused WRONG-TIME 'received more than 604800 seconds after it was drawn up' "$(signed carol approval)"
approve 2 'now - 6 days'
accepted "$(signed carol approval)"

# Of two, the one that came in first holds, whatever the other says.
approve 3 'now'
accepted "$(signed carol approval)"
refused CONFLICT "another decision was registered first" \
	"$(as erin forge act reject "${path}3" Level=1 Role=manager Reason=no Time="$(at 'now - 1 day')")"
