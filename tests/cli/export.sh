#!/bin/bash
# An application leaves the archive as a tarball that proves it without us, and takes nothing along that is somebody else's.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../extract.sh"

used_application

# Our own check, with what a tarball alone cannot tell, and with the end that the auditor was told by somebody else.
check_status 0 chancery-verify a.tar
check_has err 'cannot be seen from an extract'
cut -f 1,6,7 out >counted
check_output counted <<<$'good\t3\t3'
HEAD=$(chancery-export -n "$A" | cut -f 3,4 | tr '\t' :)
check_status 0 chancery-verify --head "$HEAD" a.tar
check_output err </dev/null
check_status 74 bash -c "trap '' XFSZ; ulimit -f 4; exec chancery-export -o cut.tar $A"
check_output err <<<"chancery-export: cannot write 'cut.tar': File too large"
[ ! -e cut.tar ]
check_status 2 chancery-verify --head 3:abc a.tar
check_output out </dev/null
check_has err "chancery-verify: --head wants the number of a page, ':' and the 64 hexadecimal digits of an act, not '3:abc'"
check_status 0 chancery-verify -v a.tar
[ "$(grep -c "/$A$" out)" -eq 9 ] || fail "not nine acts: $(cat out)"

# The same bytes again, whatever has happened to others since, and in whatever locale.
apply bob S-0007
LC_ALL=C chancery-export -q -o again.tar "$A"
cmp a.tar again.tar
check_status 74 chancery-export -q -o again.tar "$A"
check_has err "cannot create 'again.tar': File exists"
rm again.tar

# What the manual page says. (d1-000002 is A.)
for n in 1 2 3 4; do
	eval "$(example chancery-export $n)" >printed
	[ "$n" -ne 3 ] || check_output printed <<<"$HEAD"
done
cmp a.tar lease.tar
[ "$(find . -name '*-d1-0*.tar' | wc -l)" -eq 4 ] || fail 'not one file for each application'

# Stock tools, as README tells: every command in it.
unpack a.tar
tar -tvf a.tar | awk '$1 != "-rw-r--r--" || $2 != "0/0"' >others
check_output others </dev/null
sed -n 's/^    //p' "$ROOT/README" >commands
[ "$(wc -l <commands)" -ge 20 ] || fail 'README has lost its commands'
(cd "$ROOT" && bash -eu -o pipefail ../../commands) >said 2>&1 || { cat said; fail 'a command of README failed'; }
! grep -nwE 'BAD|MISSING|fatal|error' said || fail 'stock tools found something'
[ "$(grep -c 'Good signature' said)" -gt 40 ] || fail "few good signatures: $(grep -c 'Good signature' said)"
[ "$(grep -c '^register/' said)" -eq 9 ] || fail 'not every act is on a page'
GNUPGHOME=$TEST_DIR/gnupg gpgconf --kill all

# git log says good for each act, with the exported keys and an empty keyring.
mkdir -m 700 ring
GNUPGHOME=$PWD/ring gpg -q --import "$ROOT"/keys/*.asc
git clone -q "$ROOT/chain.bundle" chain
GNUPGHOME=$PWD/ring git -C chain log --format=%G? | sort | uniq -c | tr -s ' ' >good
check_output good <<<' 9 U'
git -C chain fsck --strict --no-dangling >checked 2>&1
check_output checked </dev/null
git -C chain log --format=%s | grep -vF "/$A" && fail 'an act of another subject'

# Nothing of others: not in the members, not in the packs. (What is looked for is in the extract of B.)
everything() {
	unpack "$1"
	for name in chain ground; do
		rm -rf "$name.git"
		git init -q --bare "$name.git"
		git -C "$name.git" fetch -q "../$ROOT/$name.bundle" 'refs/*:refs/*'
		git -C "$name.git" cat-file --batch --batch-all-objects --buffer
	done
	cat "$1"
}
path=$(git -C "$CHANCERY_ARCHIVE" ls-tree -rd --name-only main | grep "/$B$")
{
	printf '%s\n' "$B" 'a foreign reason' 'foreign end' 'Payroll' 'twelve desks' 'Frank Ma' frank
	fingerprint frank
	git -C "$CHANCERY_ARCHIVE" log --full-history --no-merges --format=%H main -- "$path" "people/$(printf frank | sha256sum | cut -c 1-2)/frank"
	mkdir foreign.files
	git -C "$CHANCERY_ARCHIVE" archive main "$path" | tar -x -C foreign.files
	find foreign.files -type f | while read -r file; do sed -n 's/^oid sha256://p;T;q' "$file" | grep . || sha256sum <"$file" | cut -c 1-64; done
} | sort -u >foreign
[ "$(wc -l <foreign)" -gt 30 ] || fail 'too little to look for'
seen() { grep -aoFf foreign | sort -u; }

everything a.tar >all
seen <all >found || [ $? -eq 1 ]
check_output found </dev/null
chancery-export -q -o b.tar "$B"
everything b.tar | seen >found
diff foreign found || fail 'looked for what is not even in B'

# Much that was read while it was replayed is forgotten again, and the rest holds all the same.
head -c 9000000 /dev/urandom >much.pdf
as bob seal-apply -q --document much.pdf --reason much S-0007
chancery-export -q -o much.tar "$(seal-list | cut -f 1 | sort | tail -n 1)"
[ "$(stat -c %s much.tar)" -gt 9000000 ] || fail 'another one'
check_status 0 chancery-verify -q much.tar
