#!/bin/bash
# Names on the drive that look alike: bytes are compared; what some system would take for one name is one, also when it comes from another office; and what is quoted
# when git prints it is the name that was given.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o commit=3600
mkdir "$DRIVE/files/lib"
cd "$DRIVE/files/lib"

# renamed FROM TO: as rename(2) says; mv guesses.
renamed() { perl -e 'rename $ARGV[0], $ARGV[1] or do { warn "$!\n"; exit 1 }' -- "$1" "$2"; }
# twins NAME TWIN: who has the one cannot make the other, as a file, as a directory or by renaming, and does not find it by that name.
twins() {
	echo "$1" >"$1"
	check_status 1 cat "$2"
	check_has err 'No such file'
	check_status 1 bash -c ': >"$1"' - "$2"
	check_has err 'File exists'
	getfattr --absolute-names --only-values -n user.chancery.refused . >said
	check_has said "cannot make 'lib/$2' beside '$1', which differs only in case"
	rm said
	check_status 1 mkdir "$2"
	check_has err 'File exists'
	echo other >other
	check_status 1 renamed other "$2"
	check_has err 'File exists'
	[ "$(cat "$1")" = "$1" ] || fail "'$1' is not what it was"
	rm other
}
twins report.txt Report.TXT
twins $'stra\u00dfe' STRASSE
twins $'\u00fcber' $'\u00dcber'
twins $'\u03c3\u03c2' $'\u03a3\u03a3'
twins $'\ufb01le' FILE
twins $'\u0430\u0431' $'\u0410\u0411' # Cyrillic, among themselves
mv report.txt Report.txt || fail 'one name changes its case'
mv Report.txt report.txt

# Another form of Unicode is no name at all, whether the first is there or not.
for name in $'u\u0308ber' $'\u212a' $'\uf900'; do
	check_status 1 bash -c ': >"$1"' - "$name"
	check_has err 'Invalid or incomplete multibyte'
	check_status 1 renamed report.txt "$name"
	check_has err 'Invalid or incomplete multibyte'
done

# Looking alike is no reason: these are two names, and two files.
echo latin >paper
echo cyrillic >$'p\u0430per'
echo full >$'\uff21'
echo half >A
# What only looks as if git had quoted it, cannot be: it has a backslash. A name that git quotes is given back as it was.
check_status 1 bash -c ': >"\\303\\274ber"'
check_has err 'Invalid argument'

# A space is ASCII, and unique when case is folded.
check_status 1 mkdir $'../l\u0456b'
check_has err 'Invalid argument'
check_status 1 mkdir ../LIB
check_has err 'File exists'

# Another office has saved a twin first.
rm out err
cd "$TEST_DIR/work"
echo theirs >theirs
save-file files/lib/Memo theirs
wait_for test -e "$DRIVE/files/lib/Memo"
check_status 1 bash -c ": >'$DRIVE/files/lib/memo'"
check_has err 'File exists'

check_status 0 chancery-commit -q
git -C "$CHANCERY_ARCHIVE" ls-tree -z --name-only main:files/lib | tr '\0' '\n' | LC_ALL=C sort >names
printf '%s\n' A Memo paper $'p\u0430per' report.txt $'stra\u00dfe' $'\u00fcber' $'\u03c3\u03c2' $'\ufb01le' $'\u0430\u0431' $'\uff21' | LC_ALL=C sort | check_output names
for name in A paper $'p\u0430per' $'\uff21' $'\u00fcber'; do saved "files/lib/$name" "$DRIVE/files/lib/$name"; done
[ "$(git -C "$CHANCERY_ARCHIVE" show "main:files/lib/paper")" = latin ] || fail "one was taken for the other"
drive_end
check_status 0 chancery-verify -q
