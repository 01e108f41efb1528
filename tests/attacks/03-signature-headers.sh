#!/bin/bash
# Exactly one gpgsig header, in its place: git and libgit2 disagree about any other number and place.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
good=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)
git -C "$CHANCERY_ARCHIVE" cat-file commit "$good" >raw
sed -n '/^gpgsig/,/^ -----END/p' raw >header
sed '/^gpgsig/,/^ -----END/d' raw >unsigned
write() { git -C "$CHANCERY_ARCHIVE" hash-object -t commit -w --literally --stdin; }
reshaped() { barred MALFORMED-COMMIT 'the commit is not in canonical form' "$(write)"; }

sed '/^tree/r header' unsigned | reshaped
sed '/^author/r header' unsigned | reshaped
sed '/^ -----END/r header' raw | reshaped
sed 's/^gpgsig /gpgsig-sha256 /' raw | reshaped
sed '/^ -----END/{p;s/.*/gpgsig-sha256 -----BEGIN PGP SIGNATURE-----/}' raw | reshaped
sed 's/^gpgsig /Gpgsig /' raw | reshaped
barred MALFORMED-SIGNATURE 'the signature is not in canonical form' "$(sed 's/^gpgsig /gpgsig  /' raw | write)"

# The same parts in their order are the act again.
sed '/^committer/r header' unsigned >again
cmp again raw
accepted "$good"
