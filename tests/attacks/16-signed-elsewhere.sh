#!/bin/bash
# What is signed elsewhere and comes back by mail: altered on its way, signed by somebody else, for another archive, too late, twice.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../elsewhere.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
apply bob S-0007 --presses 3
sign() { as "$1" gpg --quiet --batch --yes --armor "${@:4}" --detach-sign -o "$3" "$2"; }

# refused_at_submission CODE WORDS FILE SIGNATURE: and the register stays where it was.
refused_at_submission() {
	local at
	at=$(heads)
	check_status 1 chancery-submit "$3" "$4"
	check_output err <<<"chancery-submit: $1: $2"
	[ "$at" = "$(heads)" ] || fail 'it has entered the register'
}
unfit='the signature does not fit the bytes and the key; the file was changed before or after it was signed, or another one was signed; send it as an attachment, and sign what arrives'
changed='the file is not as --payload wrote it; draw it up again, and send it as an attachment'
untrue='the tree that it names does not hold what it says; draw it up again'

seal-approve -q --as carol --payload approval d1-000001
sign carol approval approval.asc

# One byte altered, in what is read and in what is not: more presses, a summary that says otherwise, a tree that holds something else.
sed 's/^Presses: 3$/Presses: 2/' approval >altered
refused_at_submission BAD-SIGNATURE "$unfit" altered approval.asc
sed 's/ approves / approvez /' approval >altered
refused_at_submission MALFORMED-COMMIT "$changed" altered approval.asc
sed '1s/.$/0/; t' approval >altered
cmp -s approval altered && sed '1s/.$/1/' approval >altered
refused_at_submission BAD-SIGNATURE "$unfit" altered approval.asc
printf '\n' | cat approval - >altered
refused_at_submission MALFORMED-COMMIT "$changed" altered approval.asc
head -c -1 approval >altered
refused_at_submission MALFORMED-COMMIT "$changed" altered approval.asc
printf '\0' | cat approval - >altered
refused_at_submission MALFORMED-COMMIT "$changed" altered approval.asc

# The liar who can also make the tree that fits has changed what was signed all the same.
as carol forge act -o forged approve "$path/d1-000001" Level=1 Role=manager Presses=2 Time="$(sed -n "s/^Time: //p" approval)"
refused_at_submission BAD-SIGNATURE "$unfit" forged approval.asc

# Signed by somebody else: with his own key, in carol's name, or in his.
erin=$(fingerprint erin)
sign erin approval erins.asc
refused_at_submission WRONG-KEY "signed by $erin, which is not the key on the line 'Key:' of the file; say it with --local-user, ending in '!'" approval erins.asc
sed "s/^Key: .*/Key: $erin/" approval >hers
sign erin hers hers.asc
refused_at_submission KEY-OWNER "the key belongs to 'erin', not to 'carol'" hers hers.asc
as frank forge act -o hers approve "$path/d1-000001" Actor=carol Level=1 Role=manager Presses=3
sign frank hers hers.asc
refused_at_submission KEY-OWNER "the key belongs to 'frank', not to 'carol'" hers hers.asc
make_person mallory
sign mallory approval mallorys.asc
refused_at_submission WRONG-KEY "signed by $(fingerprint mallory), which is not the key on the line 'Key:' of the file; say it with --local-user, ending in '!'" approval mallorys.asc

# Carol herself alters it, and signs that: the tree is not what she says any more.
sed 's/^Presses: 3$/Presses: 2/' approval >altered
sign carol altered altered.asc
refused_at_submission WRONG-CONTENT "$untrue" altered altered.asc

# He who may not cannot by this way either.
as frank forge act -o his approve "$path/d1-000001" Level=1 Role=manager Presses=3
sign frank his his.asc
refused_at_submission NO-AUTHORITY "level 1 needs a 'manager', and 'frank' is not one" his his.asc

# Two signatures in one armor: which one is meant?
pgp dearmor signature approval.asc >first
pgp dearmor signature erins.asc >second
cat first second >both && pgp armor signature both >both.asc
refused_at_submission MALFORMED-SIGNATURE 'there are several signatures; hand in one at a time' approval both.asc

# For another archive.
as alice chancery-init -q --name 'Other Ltd' --policy "$TEST_DIR/policy" other alice
check_status 1 chancery-submit -A other approval approval.asc
check_output err <<<"chancery-submit: WRONG-ARCHIVE: drawn up for archive $(field main Archive), and this is $(git -C other log -1 --format=%B | sed -n 's/^Archive: //p')"

# Drawn up before the policy's week, or to be: late, and early.
old=$(date -u -d '8 days ago' +%Y-%m-%dT%H:%M:%SZ) soon=$(date -u -d 'tomorrow' +%Y-%m-%dT%H:%M:%SZ)
as carol forge act -o late approve "$path/d1-000001" Level=1 Role=manager Presses=3 Time="$old"
sign carol late late.asc
refused_at_submission WRONG-TIME 'received more than 604800 seconds after it was drawn up; draw it up again' late late.asc
as carol forge act -o early approve "$path/d1-000001" Level=1 Role=manager Presses=3 Time="$soon"
sign carol early early.asc
check_status 1 chancery-submit early early.asc
check_has err 'WRONG-TIME: signed at ' ', before the file was drawn up; is the clock right where it was signed?'

# The control: the file as it was, with carol's signature. Then no second time, by whatever bytes of a signature.
check_status 0 chancery-submit approval approval.asc
refused_at_submission DUPLICATE 'registered already' approval approval.asc
sign carol approval again.asc --digest-algo SHA256
refused_at_submission DUPLICATE 'registered already' approval again.asc
check_status 0 chancery-verify -q
