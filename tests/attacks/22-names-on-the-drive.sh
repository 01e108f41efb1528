#!/bin/bash
# The names of 22-names, given on the drive: none can be made, as a file or as a directory, nor come about by renaming; the errno says what kind of thing
# is wrong, and the directory, chancery-status and the log say it in words. Nothing of it reaches main, not by way of drop/ either.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o drop=1
mkdir "$DRIVE/files/lib"
cd "$DRIVE/files/lib"
echo text >file
mkdir directory

said() { getfattr --absolute-names --only-values -n user.chancery.refused . | head -n 1; }
# renamed FROM TO: as rename(2) says; mv guesses.
renamed() { perl -e 'rename $ARGV[0], $ARGV[1] or do { warn "$!\n"; exit 1 }' -- "$1" "$2"; }
# refuses ERRNO WHY NAME: what it says of the name itself is left out, as far as that is not seen
refuses() {
	local errno=$1 why=$2 name=$3

	check_status 1 bash -c ': >"$1"' - "$name"
	check_has err "$errno"
	[[ "$(said)" == "cannot use the name '"*"': $why" ]] || fail "of '$name' it says: $(said)"
	check_status 1 mkdir -- "$name"
	check_has err "$errno"
	for from in file directory; do
		check_status 1 renamed "$from" "$name"
		check_has err "$errno"
	done
}
kept() {
	echo text >"$1"
	mv -- "$1" other
	mv -- other "$1"
	rm -- "$1"
	mkdir -- "$1"
	rmdir -- "$1"
}

git='git would take it for its own; begin it otherwise'
windows='Windows cannot hold any of \ : * ? " < > |; use another character'
lost='a space in front, and a space or a dot at the end, are lost on Windows; leave them out'
unseen='it has a character that is not seen, or changes how others are; leave it out'
# shellcheck disable=SC2016
for name in .gitmodules .GitModules .gitattributes .git.txt git~1 GIT~2 .lfsconfig .LFSConfig; do refuses 'Invalid argument' "$git" "$name"; done
for name in 'a:b' 'a:$DATA' '.git::$INDEX_ALLOCATION' 'a\b' 'a*' 'a?' '"a"' '"a\303\274"' 'a<b' 'a>b' 'a|b'; do refuses 'Invalid argument' "$windows" "$name"; done
for name in ... a. 'a ' ' a' '.git ' .git.; do refuses 'Invalid argument' "$lost" "$name"; done
for name in con NUL aux.txt COM1 lpt9.pdf; do refuses 'Invalid argument' 'it is that of a device on Windows; use another one' "$name"; done
for name in $'a\tb' $'a\nb' $'a\033[2Jb' $'a\x7f' $'a\u202eb' $'a\u200bb' $'a\u2066b' $'a\u00ad' $'a\ufe0f' $'.\u200cgit' $'\ufeff.git'; do
	refuses 'Invalid argument' "$unseen" "$name"
done
refuses 'Invalid argument' "$git" $'.git\u200c'
for name in $'a\xff' $'a\xc0\xaf' $'\xed\xa0\x80' $'u\u0308ber'; do
	refuses 'Invalid or incomplete multibyte' 'it is not UTF-8 in normal form C; type it anew' "$name"
done
refuses 'File name too long' 'it is longer than 150 bytes; shorten it' "$(printf %0151d 0)"
for name in git .gi a.git con1 'a b' -rf $'\u00fcber' $'\u7ae0' "$(printf %0150d 0)"; do kept "$name"; done

# A space is a subject: what is no name of one.
for name in .hidden -rf 'my space' $'\u00fc' a. con; do
	check_status 1 mkdir -- "../$name"
	check_has err 'Invalid argument'
done
check_status 1 mkdir ../.git
check_has err 'Invalid argument'

# In place of a file.
check_status 1 ln -s /etc/passwd link
check_status 1 ln file hard
check_status 1 mkfifo pipe
[ "$(id -u)" != 0 ] || check_status 1 mknod device c 1 3
# A repository works where one puts it, and stays on this machine.
git init -q repository
git -C repository -c user.name=a -c user.email=a@b commit -q --allow-empty -m 1
rm out err
cd "$TEST_DIR/work"

# Nothing is dropped under such a name either.
for name in a:b.txt .gitmodules $'u\u0308ber' con; do check_status 1 bash -c ': >"$1"' - "$DRIVE/drop/scans/$name"; done
echo text >"$DRIVE/drop/scans/text"
year=$(date -u +%Y/%m)
wait_for test -e "$DRIVE/files/scans/$year/text"

check_status 0 chancery-status
[ "$(grep -c '^refused-name' out)" = 16 ] || fail "$(grep -c '^refused-name' out) refused names"
check_has out "files: cannot use the name '.git': that of a space consists of A-Z a-z 0-9 . _ - and does not begin with . or -"
check_status 0 chancery-commit -q
git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files >names
printf '%s\n' files/lib/file "files/scans/$year/text" | check_output names
drive_end
check_status 0 chancery-verify -q
