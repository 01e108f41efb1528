#!/bin/bash
# libgit2 reads a commit up to its first NUL: what stands behind it would be signed by nobody and shown as if it were.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
good=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)
write() { git -C "$CHANCERY_ARCHIVE" hash-object -t commit -w --literally --stdin; }

{ git -C "$CHANCERY_ARCHIVE" cat-file commit "$good"; printf '\0Presses: 20\n'; } >raw
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(write <raw)"
{ git -C "$CHANCERY_ARCHIVE" cat-file commit "$good"; printf '\0'; } >raw
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(write <raw)"

# Also when the whole of it is signed.
payload carol approval approve "$path" Level=1 Role=manager Presses=1
printf '\0Presses: 20\n' >>approval
barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(signed carol approval)"

accepted "$good"
