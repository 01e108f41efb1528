#!/bin/bash
# Photos taken afterwards: what is due, whose photo it is, what is refused, and a spoiled press; for whoever owes them, and whoever reads of them.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

PATH=$BUILD/tests/helpers:$PATH
approve() { as carol seal-approve -q "$1" && as dave seal-approve -q "$1"; }

# picture NAME SHADE: a photo that shows no code.
picture() {
	{ printf 'P5 8 8 255\n' && printf "%64s" '' | tr ' ' "$2"; } >"$1.pgm"
	camera "$1.pgm" >"$1.jpg"
}

office_seals
apply bob S-0007 --presses 5 --photos 4
approve d1-000001
use d1-000001 4 1

# The first press has its photo by the seal. The others are due, and told.
check_status 0 as bob seal-photo d1-000001
cut -f 1,2,4 out >due
check_output due <<END
d1-000001	4	due
d1-000001	5	due
d1-000001	6	due
END
check_status 0 as bob chancery-inbox
check_has out 'photograph' '3 photos are due of 4 presses'
check_status 0 as carol chancery-inbox
! grep photograph out || fail 'carol owes no photos'

# Only who has applied, or whom the policy lets; only photos, each once.
picture a a
picture b b
picture c c
check_status 1 as frank seal-photo d1-000001 a.jpg
check_has err 'seal-photo: NOT-ALLOWED: '
check_status 1 as bob seal-photo d1-000001 "$TEST_DIR/contract.txt"
check_has err "contract.txt': not a whole JPEG picture"
head -c 2000 a.jpg >cut.jpg
check_status 1 as bob seal-photo d1-000001 cut.jpg
check_status 1 as bob seal-photo d1-000001 a.jpg a.jpg
check_output err <<<"seal-photo: 'a.jpg' is the same photo as 'a.jpg'"
check_status 1 as bob seal-photo --press 1 d1-000001 a.jpg
check_output err <<<'seal-photo: the application has no press 1 on record; see seal-photo without a photo'
check_status 1 as bob seal-photo --press 2 d1-000001 a.jpg
check_output err <<<'seal-photo: press 2 has a photo already'
check_status 2 as bob seal-photo --void 'smeared' d1-000001
check_output err <<<'seal-photo: several presses have no photo; say --press N'
check_status 0 as bob seal-photo -n d1-000001 a.jpg
check_status 0 as bob seal-photo --press 5 d1-000001 a.jpg
cut -f 1,2,4- out >brought
check_output brought <<<'d1-000001	5	later	no	none	none'
check_status 1 as bob seal-photo d1-000001 a.jpg
check_output err <<<"seal-photo: 'a.jpg' is in the archive already, of another press (receipt 5)"
check_status 0 as bob seal-photo -q --press 6 --void 'the paper slipped' d1-000001
check_status 1 as bob seal-photo d1-000001 b.jpg c.jpg
check_output err <<<"seal-photo: no photo is due of 'd1-000001'; see seal-log"
[ ! -s out ] || fail 'says what has not come about'
check_status 1 as bob seal-photo --press 2 --void 'no photo' d1-000001
check_output err <<<'seal-photo: press 2 has a photo already'

# A reason for one press excuses no other one, however often it is given, also by a program that does not ask: the press without a photo is named everywhere.
path=seals/S-0007/applications/$(date -u +%Y)/0
# forged CODE [OPTION...] KEY=VALUE...
forged() {
	local code=$1
	shift
	forge register "$(as bob forge act "$@")" >verdict
	check_has verdict "$code"
}
forged accepted seal-photo "$path/d1-000001" Press=6 'Void=the paper slipped twice'
forged accepted seal-photo "$path/d1-000001" Press=2 'Void=there was none'
check_status 0 as bob chancery-inbox
check_has out '1 photo is due of 4 presses'
check_status 3 chancery-verify --seals
check_has out 'd1-000001	no photo'
chancery-report --week seal >report
awk -F '\t' '$7 == "d1-000001" && $6 == "look" { print $3 }' report >look
check_output look <<<4

check_status 0 as bob seal-photo d1-000001 b.jpg
cut -f 2 out >press
check_output press <<<4
check_status 1 as bob seal-photo d1-000001 c.jpg
check_output err <<<"seal-photo: no photo is due of 'd1-000001'; see seal-log"
# What was void may still be photographed.
check_status 0 as bob seal-photo -q --press 6 d1-000001 c.jpg
check_status 0 as bob chancery-inbox
! grep photograph out || fail 'nothing is due any more'

# In main a photo is a pointer of git-lfs, and its bytes are where that looks for them. Without them nobody says that anything is wrong, but that it is not here.
git lfs version >/dev/null 2>&1 || skip 'wants git-lfs'
photo=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001/photos/press-4.jpg sum=$(sha256sum <b.jpg | cut -c 1-64)
git -C "$CHANCERY_ARCHIVE" show "main:$photo" >pointer
check_output pointer <<END
version https://git-lfs.github.com/spec/v1
oid sha256:$sum
size $(stat -c %s b.jpg)
END
content=$CHANCERY_ARCHIVE/lfs/objects/${sum:0:2}/${sum:2:2}/$sum
cmp "$content" b.jpg
[ "$(stat -c %a "$content")" = 444 ] || fail 'it can be written to'
git lfs install --skip-repo >/dev/null
git clone -q "$CHANCERY_ARCHIVE" "$TEST_DIR/work/copy"
cmp "copy/$photo" b.jpg
check_status 0 git -C copy lfs fsck
[ -z "$(git -C copy status --porcelain)" ] || fail "$(git -C copy status)"
pictures() { chancery-report --html --month -o report.html seal && grep -o 'data:image/jpeg' report.html | wc -l && rm report.html; }
shown=$(pictures)
[ "$shown" -gt 0 ] || fail 'the report shows no photo'
mv "$content" away
check_status 3 chancery-verify
check_has out "missing	$photo	$sum"
check_status 3 chancery-export -o none.tar d1-000001
check_has err "content $sum is not here"
[ ! -e none.tar ] || fail 'an extract without a photo'
[ "$(pictures)" = $((shown - 1)) ] || fail 'a photo that is not here is shown'
mv away "$content"
check_status 0 chancery-verify -q

# The judge asks for itself: no such press, of another application, a photo that is not what was said, both and neither.
apply bob S-0007 --presses 1
approve d1-000002
use d1-000002 1 0
digest() { sha256sum "$1" | cut -d ' ' -f 1; }
picture d d
forged WRONG-CONTENT -f "photos/press-2.jpg=d.jpg" seal-photo "$path/d1-000002" Press=2 "Photo-SHA256=$(digest d.jpg)"
forged WRONG-CONTENT -f "photos/press-8.jpg=d.jpg" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest c.jpg)"
forged WRONG-CONTENT -f "photos/press-9.jpg=d.jpg" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest d.jpg)"
forged WRONG-CONTENT -f "photos/press-8.jpg=d.jpg" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest d.jpg)" Void=smeared
forged WRONG-CONTENT seal-photo "$path/d1-000002" Press=8
# Of a pointer what it names; of a file that is none, as it comes over a link that carries no large content, its bytes.
sed "s/^oid .*/oid sha256:$(digest c.jpg)/" pointer >other
forged WRONG-CONTENT -f "photos/press-8.jpg=other" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest d.jpg)"
forged WRONG-CONTENT -f "photos/press-8.jpg=other" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest other)"
forged accepted -f "photos/press-8.jpg=d.jpg" seal-photo "$path/d1-000002" Press=8 "Photo-SHA256=$(digest d.jpg)"

seal-log | cut -f 4,6,8 >log
check_output log <<END
2	d1-000001	yes
4	d1-000001	later
5	d1-000001	later
6	d1-000001	later
8	d1-000002	later
END
check_status 0 chancery-verify -q
check_status 0 chancery-verify --seals
check_has out 'S-0007	seal-0007	proven	8	5	1	4	0	0	0	0'
chancery-export -o case.tar d1-000001
check_status 0 chancery-verify -q case.tar
# An extract has the photos themselves.
mkdir case
tar xf case.tar -C case --strip-components 1
cmp case/files/photos/press-4.jpg b.jpg
