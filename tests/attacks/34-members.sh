#!/bin/bash
# One byte in each class of member, acts and pages left out or brought in from elsewhere: by somebody who leaves MANIFEST alone, and by somebody who
# writes it anew. Signatures he cannot write.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../extract.sh"

used_application
chancery-export -q -o b.tar "$B"
unpack b.tar
mv root of-b
mv "of-b/${ROOT#root/}" of-b/x

# refused MESSAGE: what is in $ROOT now, and then $ROOT is as it was.
refused() {
	repack bad.tar
	check_status 1 chancery-verify -q bad.tar
	check_output err <<<"chancery-verify: $1"
	unpack a.tar
}
refused_like() {
	repack bad.tar
	check_status 1 chancery-verify -q bad.tar
	check_has err "$@"
	unpack a.tar
}
# flip FILE: one bit of a byte in its middle.
flip() {
	local at byte
	at=$(($(stat -c %s "$1") / 2))
	byte=$(od -An -tu1 -j $at -N 1 "$1")
	# shellcheck disable=SC2059
	printf "\\x$(printf %x $((byte ^ 1)))" | dd of="$1" bs=1 seek=$at conv=notrunc status=none
}

# Control: taken apart, written anew and put together again.
unpack a.tar
restate
repack good.tar
check_status 0 chancery-verify -q good.tar

# ---- one byte, in each class of member -----------------------------------------------------------------------------------
cd "$ROOT"
classes=(README files/record files/attachments/* files/approve.1.carol files/receipts.4 files/photos/6.jpg chain.bundle ground.bundle
	acts/01-apply.payload acts/01-apply.asc register/000001.payload register/000001.asc "keys/$(fingerprint carol).asc" policy/rules.1)
cd ../..
for class in "${classes[@]}"; do
	flip "$ROOT/$class"
	refused "WRONG-CONTENT: '$class' is not what MANIFEST says"
done
flip "$ROOT/SHA256SUMS"
refused "WRONG-CONTENT: 'SHA256SUMS' is not what the other members add up to"
for class in "${classes[@]}"; do
	flip "$ROOT/$class"
	restate
	case $class in
	*.bundle) refused "MALFORMED-TREE: '$class' is not a bundle of whole objects in canonical form" ;;
	register/*.payload) refused_like 'MALFORMED-' ;;
	register/*.asc) refused_like 'MALFORMED-SIGNATURE: commit ' ;;
	files/photos/*) refused "WRONG-CONTENT: '$class' is not the content that the registered acts name" ;;
	*) refused "WRONG-CONTENT: '$class' is not what the registered acts add up to" ;;
	esac
done
# What the chain has of a photo, in the place of the photo.
photo=$ROOT/files/photos/6.jpg
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s\n' "$(sha256sum <"$photo" | cut -c 1-64)" "$(stat -c %s "$photo")" >pointer
cp pointer "$photo"
restate
refused "WRONG-CONTENT: 'files/photos/6.jpg' is not the content that the registered acts name"
sed -i 's/^Tip: ./Tip: g/' "$ROOT/MANIFEST"
refused 'MALFORMED-RECORD: MANIFEST does not begin as that of an extract'
for line in "Tip: $(printf %064d 0)" 'Seq: 8' "Head: $(printf %064d 0)" 'Received: 2026-01-01T00:00:00Z'; do
	sed -i "s/^${line%%:*}: .*/$line/" "$ROOT/MANIFEST"
	restate
	refused 'WRONG-CONTENT: MANIFEST names another last act or page than the register'
done
sed -i "s/^Archive: .*/Archive: $(printf %032d 0)/" "$ROOT/MANIFEST"
restate
refused 'WRONG-ARCHIVE: MANIFEST names another archive than the founding act'
sed -i "s,^Subject: .*,Subject: seals/S-0007/applications/2026/0/$B," "$ROOT/MANIFEST"
restate
refused "NO-APPLICATION: no page accepts an application 'seals/S-0007/applications/2026/0/$B'"

# A page that accepts something else: the registrar has not signed that.
last=$(cd "$ROOT/register" && printf '%s\n' *.payload | tail -n 1)
n=$((10#${last%.payload}))
sed -i "s/^Accepted: .*/Accepted: $(printf %064d 0)/" "$ROOT/register/$last"
restate
refused "BAD-SIGNATURE: page $n of the register: the signature does not fit the bytes and the key"

# ---- something left out --------------------------------------------------------------------------------------------------
# without FILE...: members gone, and MANIFEST knows nothing of them.
without() {
	local file
	for file; do rm "$ROOT/$file"; done
	restate
}
for class in README files/record files/photos/6.jpg chain.bundle ground.bundle acts/02-approve.payload acts/02-approve.asc policy/rules.1 \
	"keys/$(fingerprint bob).asc"; do
	without "$class"
	refused "WRONG-CONTENT: '$class' is missing"
done
rm "$ROOT/SHA256SUMS"
refused "WRONG-CONTENT: 'SHA256SUMS' is missing"

# A page left out: what it registered is on none; or, in the middle, what comes after does not follow.
without "register/$last" "register/${last%payload}asc"
tip=$(sed -n 's/^Tip: //p' "$ROOT/MANIFEST")
refused "WRONG-CONTENT: act $tip is on none of the pages"
page_of() { grep -lF "Accepted: $(sha256sum <"$1" | cut -c 1-64)" "$ROOT"/register/*.payload | sed 's,.*/,,'; }
page=$(page_of "$ROOT/acts/02-approve.payload")
without "register/$page" "register/${page%payload}asc"
refused_like 'WRONG-PREVIOUS: page ' ' of the register says OK of act ' 'its parent is not an accepted act of '
first=000001.payload
without "register/$first" "register/${first%payload}asc"
refused 'UNKNOWN-KEY: page 2 of the register: no founding act brings the registrar'"'"'s key'

# A policy left out, as if an older one had been in force: the pages that follow name it.
git init -q --bare ground.git
git -C ground.git fetch -q "../$ROOT/ground.bundle" 'refs/ground/*:refs/ground/*'
mapfile -t refs < <(git -C ground.git for-each-ref --format='%(refname)=%(objectname)')
rebundle ground.git "${refs[@]}" >"$ROOT/ground.bundle"
restate
repack same.tar
check_status 0 chancery-verify -q same.tar
mapfile -t refs < <(git -C ground.git for-each-ref --format='%(refname)=%(objectname)' | grep -v /policy/)
rebundle ground.git "${refs[@]}" "refs/ground/policy/1=$(git -C ground.git rev-parse refs/ground/policy/2~1)" >"$ROOT/ground.bundle"
page=$(grep -lF "$(sha256sum <"$ROOT/policy/rules.2" | cut -c 1-64)" "$ROOT"/register/*.payload | sed -n 1p)
n=$((10#$(basename "$page" .payload)))
grep -LF "$(sha256sum <"$ROOT/policy/rules.2" | cut -c 1-64)" "$ROOT"/register/*.payload | sed 's,.*/,,' | tail -n 1 >before
without policy/rules.2 "register/$(cat before)" "register/$(sed 's/payload/asc/' before)"
refused "WRONG-POLICY: page $n of the register: does not name the policy in force"

# The chain cut off before its last act, whose page is still there; and with its page: that alone cannot be seen, but is not what was expected.
git clone -q --bare "$ROOT/chain.bundle" chain.git
chain() { rebundle chain.git "HEAD=$1" "refs/heads/main=$1" "${@:2}" >"$ROOT/chain.bundle"; }
head=$(git -C chain.git rev-parse main)
chain "$head"
restate
repack same.tar
check_status 0 chancery-verify -q same.tar
chain "$(git -C chain.git rev-parse main~1)"
restate
refused_like "WRONG-CONTENT: a page of the register has nothing to do with 'seals/S-0007/applications/"
before=$(chancery-export -n "$A" | cut -f 3,4 | tr '\t' :)
cp a.tar before.tar
as bob seal-withdraw -q "$A"
after=$(chancery-export -n "$A" | cut -f 3,4 | tr '\t' :)
check_status 0 chancery-verify -q --head "$before" before.tar
check_status 1 chancery-verify -q --head "$after" before.tar
check_output err <<<"chancery-verify: WRONG-PREVIOUS: it ends on page ${before%:*} with another act than the one expected from page ${after%:*}"

# ---- something brought in ------------------------------------------------------------------------------------------------
git -C chain.git fetch -q "$PWD/of-b/x/chain.bundle" main:theirs
blob=$(git -C chain.git rev-parse theirs:"$(git -C chain.git ls-tree -r --name-only theirs | grep contract.txt)")
chain "$head" "+$blob"
restate
refused "WRONG-CONTENT: 'chain.bundle' does not hold the objects of its acts and no others"
chain "$head" "-$(git -C chain.git rev-parse "main^{tree}")"
restate
refused_like "WRONG-CONTENT: 'chain.bundle' is not whole: cannot read object "

# An approval of another application: alone it is on no page, and the page that has it says of which application it is.
theirs=$(git -C chain.git log --reverse --format=%H theirs | sed -n 2p)
chain "$head" "refs/heads/theirs=$theirs"
restate
refused_like "WRONG-CONTENT: act " " is on none of the pages"
page=$(grep -lF "Accepted: $(sha256sum <of-b/x/acts/02-approve.payload | cut -c 1-64)" of-b/x/register/*.payload)
chain "$head" "refs/heads/theirs=$theirs"
cp "$page" "${page%payload}asc" "$ROOT/register"
sed -i "s,^File: .*register/${last%payload}asc\$,&\nFile: 0 0 register/$(basename "$page")\nFile: 0 0 register/$(basename "${page%payload}asc")," "$ROOT/MANIFEST"
{ grep -v '^File: .*register/' "$ROOT/MANIFEST" | sed '/acts\//,$d'
  grep '^File: .*acts/' "$ROOT/MANIFEST"
  grep '^File: .*register/' "$ROOT/MANIFEST" | sort -k 4
  grep -E '^File: .*(keys|policy)/' "$ROOT/MANIFEST"; } >m
mv m "$ROOT/MANIFEST"
restate
refused_like "WRONG-SUBJECT: page " "there is no 'seals/S-0007/applications/"
cp of-b/x/acts/02-approve.payload of-b/x/acts/02-approve.asc "$ROOT/acts"
restate
refused "WRONG-CONTENT: 'acts/02-approve.payload' is not what the registered acts add up to"
