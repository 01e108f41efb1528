#!/bin/bash
# Signatures that gpg makes and calls good, and that could mean something else to another program.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
payload carol approval approve "$path" Level=1 Role=manager Presses=1
gpg() { as carol gpg --quiet --batch --yes --armor "$@"; }
malformed() { barred MALFORMED-SIGNATURE 'the signature is not in canonical form' "$(forge commit approval approval.asc)"; }

# Of text instead of bytes; with a hash that has been broken; with a note that a reader would have to understand, or could.
gpg --textmode --detach-sign -o approval.asc approval
malformed
gpg --digest-algo SHA1 --detach-sign -o approval.asc approval 2>/dev/null
malformed
gpg --sig-notation '!means@example.org=only until noon' --detach-sign -o approval.asc approval
malformed
gpg --sig-notation 'means@example.org=only until noon' --detach-sign -o approval.asc approval
malformed
gpg --sig-notation 'salt@notations.sequoia-pgp.org=only until noon' --detach-sign -o approval.asc approval
malformed
gpg --sig-policy-url '!https://example.org' --detach-sign -o approval.asc approval
malformed
gpg --default-sig-expire 1d --detach-sign -o approval.asc approval
malformed

# With the text inside, or around it; another kind of armor.
gpg --sign -o approval.asc approval
malformed
gpg --clear-sign -o approval.asc approval
malformed
gpg --export carol >approval.asc
malformed

# Two in one armor: which one is meant?
gpg --detach-sign -o first.asc approval
as erin gpg --quiet --batch --armor --detach-sign -o second.asc approval
pgp dearmor signature first.asc >first
pgp dearmor signature second.asc >second
cat first second >both && pgp armor signature both >approval.asc
malformed
cat second first >both && pgp armor signature both >approval.asc
malformed
cat first.asc second.asc >approval.asc
malformed
head -c -1 first >short && pgp armor signature short >approval.asc
malformed

cp first.asc approval.asc
accepted "$(forge commit approval approval.asc)"
