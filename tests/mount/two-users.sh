#!/bin/bash
# -o allow_other: each user has what the policy lets the person of his name have, also when another has just had it and everything is in the caches.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../drive.sh"

# has NAME PATH CONTENT and hidden NAME PATH: the file reads so; there is no such name, however it is asked for.
has() { [ "$(user "$1" cat "$DRIVE/$2")" = "$3" ] || fail "$1 does not have $2"; }
hidden() {
	local name=$1 path=$2 how

	for how in cat 'stat -c %s' ls; do
		# shellcheck disable=SC2086
		check_status "$([ "$how" = ls ] && echo 2 || echo 1)" user "$name" $how "$DRIVE/$path"
		check_has err 'No such file or directory'
	done
	user "$name" ls "$DRIVE/${path%/*}" 2>/dev/null | grep -qxF "${path##*/}" && fail "$name is told of $path"
	return 0
}
denied() { check_status 1 "$@" && check_has err 'Permission denied'; }

office_seals S-0007
office_allows 'manager save files/hr' 'director read files/hr' 'employee save files/lib' 'employee drop files/scans' 'manager read files/lib' 'director read policy/*'
drive -o allow_other,drop=1
for space in hr lib; do mkdir "$DRIVE/files/$space"; done
user carol sh -c "echo salaries >$DRIVE/files/hr/list; mkdir $DRIVE/files/hr/deep; echo deeper >$DRIVE/files/hr/deep/f"
user bob sh -c "echo books >$DRIVE/files/lib/list"
chancery-commit -q

for round in cold warm; do
	has carol files/hr/list salaries
	has dave files/hr/list salaries
	has carol files/hr/deep/f deeper
	has bob files/lib/list books
	has carol files/lib/list books
	hidden bob files/hr
	hidden bob files/hr/list
	hidden bob files/hr/deep/f
	hidden dave files/lib/list
	hidden mallory files/hr/list
	hidden mallory files/lib
	hidden bob policy/rules.1
	has dave policy/rules.1 "$(git -C "$CHANCERY_ARCHIVE" show main:policy/rules.1)"
	[ "$(user mallory ls "$DRIVE")" = history ] || fail "mallory sees $(user mallory ls "$DRIVE") ($round)"
done
[ "$(user bob ls "$DRIVE/files")" = lib ] || fail "bob: $(user bob ls "$DRIVE/files")"
[ "$(user carol ls "$DRIVE/files" | tr '\n' ' ')" = 'hr lib ' ] || fail "carol: $(user carol ls "$DRIVE/files")"

# Reading and writing is what the policy says; what can be run, who has made it.
user bob sh -c "cp /bin/true $DRIVE/files/lib/run && chmod 711 $DRIVE/files/lib/run"
check_status 0 user bob "$DRIVE/files/lib/run"
check_status 0 user carol "$DRIVE/files/lib/run"
check_status 0 user carol test -x "$DRIVE/files/lib/run"
[ "$(stat -c %a "$DRIVE/files/lib/run")" = 711 ] || fail "a mode of $(stat -c %a "$DRIVE/files/lib/run")"
# shellcheck disable=SC2016
user bob sh -c 'exec 3>$0 && chmod 4711 $0 && stat -c %a $0 && echo changed >&3 && stat -c %a $0' "$DRIVE/files/lib/set" >modes
[ "$(cat modes)" = $'4711\n711' ] || fail "somebody else's rights stay: $(cat modes)"
user bob chmod 644 "$DRIVE/files/lib/run"
[ "$(stat -c %a "$DRIVE/files/lib/run")" = 644 ]
user bob sh -c "umask 022; echo new >$DRIVE/files/lib/unset && chmod 644 $DRIVE/files/lib/set && touch -d 2001-01-01 $DRIVE/files/lib/unset"
[ "$(stat -c %a "$DRIVE/files/lib/unset")" = 666 ] || fail "a touch has set a mode: $(stat -c %a "$DRIVE/files/lib/unset")"
check_status 1 user bob test -x "$DRIVE/files/lib/run"
check_status 126 user bob sh -c "$DRIVE/files/lib/run"

# Who copies has made it: so it is shown, and he can give it the permissions and times of what it is a copy of. Nobody gives it to anybody.
cat >copies <<'END'
umask 022
mkdir -p "$HOME/source/d"
for file in a d/b; do echo "$file" >"$HOME/source/$file"; chmod 640 "$HOME/source/$file"; done
touch -d 2001-01-01 "$HOME/source/d/b" "$HOME/source/d"
cd "$1"
rsync -a "$HOME/source/" copied/
[ -z "$(rsync -ai "$HOME/source/" copied/)" ]
cp -a "$HOME/source" again
(cd "$HOME/source" && find . -printf '%p %m %T@ %U %G\n' | sort) >"$HOME/is"
(cd again && find . -printf '%p %m %T@ %U %G\n' | sort) | diff "$HOME/is" -
install -m 600 "$HOME/source/a" installed
cp -p "$HOME/source/a" ../../drop/documents/copied
mv "$HOME/source/a" moved
[ "$(stat -c '%a %U %G' installed moved | xargs)" = '600 bob bob 640 bob bob' ]
for how in 'chown carol' 'chgrp carol'; do ! $how moved 2>/dev/null; done
END
check_status 0 user bob bash -eus "$DRIVE/files/lib" <copies
check_output err </dev/null
check_status 1 user frank chown frank "$DRIVE/files/lib/moved"
check_status 0 user frank sh -c "echo more >>$DRIVE/files/lib/moved" # the owner decides nothing

# The past is no way around.
today=$(user carol ls "$DRIVE/history" | grep '^[0-9]' | tail -n 1)
has carol "history/$today/files/hr/list" salaries
hidden bob "history/$today/files/hr"
hidden bob "history/$today/files/hr/list"
has bob "history/$today/files/lib/list" books
version=history/by-file/files/hr/list/$(user carol ls "$DRIVE/history/by-file/files/hr/list")
[[ $version == */$today-*-d1+carol-list ]] || fail "a version is named $version"
for path in "files/hr/list" "$version" "history/$today/files/hr/list"; do
	[ "$(user carol getfattr --absolute-names --only-values -n user.chancery.for "$DRIVE/$path")" = carol ] || fail "$path is not for carol"
done
[ "$(chancery-restore files/hr/list | cut -f 3,6)" = $'d1\tcarol' ] || fail "$(chancery-restore files/hr/list)"
has carol "$version" salaries
hidden bob history/by-file/files/hr
hidden bob history/by-file/files/hr/list
hidden bob "$version"
[ "$(user bob ls "$DRIVE/history/by-file/files")" = lib ] || fail "bob: $(user bob ls "$DRIVE/history/by-file/files")"

# Reading is not changing.
denied user dave cp /etc/hostname "$DRIVE/files/hr/list"
denied user dave touch "$DRIVE/files/hr/new"
denied user dave rm "$DRIVE/files/hr/list"
denied user dave mv "$DRIVE/files/hr/list" "$DRIVE/files/hr/other"
denied user dave truncate -s 0 "$DRIVE/files/hr/list"
denied user bob mkdir "$DRIVE/files/finance"
denied user carol mkdir "$DRIVE/files/lib/d"
denied user carol mv "$DRIVE/files/hr/list" "$DRIVE/files/lib/stolen"
check_status 1 user dave test -w "$DRIVE/files/hr/list"
user carol test -w "$DRIVE/files/hr/list"
has dave files/hr/list salaries
user carol sh -c "echo more >>$DRIVE/files/hr/list"
[ "$(user dave tail -n 1 "$DRIVE/files/hr/list")" = more ] || fail 'an old page'

# Who has a file open reads and writes as long as he may, and what he writes is his, through a mapping as well.
mkfifo asked told
user carol "$BUILD/tests/helpers/hold" "$DRIVE/files/hr/list" <asked >told &
holder=$!
exec 7>asked 8<told
holds() { echo "$1" >&7; read -r answer <&8; [ "$answer" = "$2" ] || fail "$1: $answer instead of $2"; }
holds read salaries
chancery-commit -q
holds map ok
chancery-commit -q
[ "$(user dave head -n 1 "$DRIVE/files/hr/list")" = Salaries ] || fail 'what was mapped is not there'
of_hr() { git -C "$CHANCERY_ARCHIVE" log --no-merges -n 1 --format=%B main -- files/hr | sed -nE 's/^(For|Act): //p' | xargs; }
[ "$(of_hr)" = 'deposit carol' ] || fail "mapped by carol: $(of_hr)"
holds write ok
cp "$TEST_DIR/policy" before
sed -i '/^Allow: manager save files.hr$/d' "$TEST_DIR/policy"
as alice policy-set -q "$TEST_DIR/policy"
lost() { ! user carol test -e "$DRIVE/files/hr"; }
wait_for lost
holds write 'Permission denied'
holds map 'Permission denied'
cp before "$TEST_DIR/policy"
as alice policy-set -q "$TEST_DIR/policy"
wait_for user carol test -e "$DRIVE/files/hr"
holds write ok
exec 7>&- 8<&-
wait "$holder"
chancery-commit -q
[ "$(user dave tail -n 2 "$DRIVE/files/hr/list" | xargs)" = 'held held' ] || fail "$(user dave cat "$DRIVE/files/hr/list")"
printf 'salaries\nmore\n' >list
user carol cp list "$DRIVE/files/hr/list" || user carol sh -c "cat >$DRIVE/files/hr/list" <list

# Everybody has his own inbox.

as bob seal-apply -q --reason test --document "$TEST_DIR/contract.txt" S-0007
has_mail() { [ -n "$(user "$1" ls "$DRIVE/inbox")" ]; }
wait_for has_mail carol
for name in carol erin; do
	waits=$(user "$name" ls "$DRIVE/inbox")
	[[ $waits == decide.S-0007.*.txt ]] || fail "$name's inbox: $waits"
	user "$name" grep -q S-0007 "$DRIVE/inbox/$waits"
done
[ -z "$(user dave ls "$DRIVE/inbox")" ] || fail "dave's inbox: $(user dave ls "$DRIVE/inbox")"
check_status 1 user dave cat "$DRIVE/inbox/$waits"
check_status 1 user mallory cat "$DRIVE/inbox/$waits"

# drop/: each sees his own, and puts something in where he may.
user bob cp /etc/hostname "$DRIVE/drop/documents/bobs"
user bob cmp /etc/hostname "$DRIVE/drop/documents/bobs"
for name in carol mallory; do
	check_status 1 user "$name" cat "$DRIVE/drop/documents/bobs"
	[ -z "$(user "$name" ls "$DRIVE/drop/documents" 2>/dev/null)" ] || fail "$name sees what bob has dropped"
	check_status 1 user "$name" rm "$DRIVE/drop/documents/bobs"
done
hidden carol drop/documents/bobs
check_status 1 user carol cp /etc/hostname "$DRIVE/drop/documents/bobs"
user bob mv "$DRIVE/drop/documents/bobs" "$DRIVE/drop/documents/mine"
user bob rm "$DRIVE/drop/documents/mine"
hidden dave drop/scans
user bob cp /etc/hostname "$DRIVE/drop/scans/scan"
is_accepted() { git -C "$CHANCERY_ARCHIVE" show "main:$(date -u +files/scans/%Y/%m)/$1" | cmp - /etc/hostname; }
wait_for is_accepted scan
hidden bob files/scans

# Rights follow the policy and the people, at once, whatever is in the caches. The director may not look any more, employees may.
sed -i 's/^Allow: director read files.hr$/Allow: employee read files\/hr/' "$TEST_DIR/policy"
as alice policy-set -q "$TEST_DIR/policy"
is_hidden() { ! user "$1" test -e "$DRIVE/files/hr"; }
wait_for is_hidden dave
hidden dave files/hr/list
wait_for user bob cat "$DRIVE/files/hr/list"
denied user bob touch "$DRIVE/files/hr/new"

# What is said in advance.
check_status 0 policy-check --explain bob read files/hr
check_has out 'Allow: employee read files/hr'
check_status 1 policy-check --explain dave read files/hr/deep
check_has err 'NOT-ALLOWED' "no line of the policy shows 'files/hr' to 'dave'"

# Who saved through whom: the drive's key, never the person's; and it decides nothing.
git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%an main -- files/hr | sort -u >authors
echo d1 | check_output authors
acts() { git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%B main -- "$1" | sed -n "s/^$2: //p" | sort -u; }
acts files/hr For >people
echo carol | check_output people
acts files/hr Act >kinds
echo deposit | check_output kinds
acts files/scans For >people
echo bob | check_output people

# Also when the drive dies before it has saved, and whoever mounts it then.
drive_end
drive -o allow_other,commit=600
user bob sh -c "echo more >>$DRIVE/files/lib/list"
user carol sh -c "echo raises >>$DRIVE/files/hr/list"
drive_kill
drive
check_status 0 chancery-commit
last() { git -C "$CHANCERY_ARCHIVE" log --no-merges -n 1 --format=%B main -- "$1" | sed -nE 's/^(For|Act): //p' | xargs; }
[ "$(last files/hr), $(last files/lib)" = 'deposit carol, deposit bob' ] || fail "$(last files/hr), $(last files/lib)"
echo mine >>"$DRIVE/files/lib/list"
check_status 0 chancery-commit
[ "$(last files/lib)" = save ] || fail "$(last files/lib)"
drive_end

# Who is led into a directory that he does not see finds nothing there; the others find what they have not asked for before.
drive -o allow_other
echo late >late
for path in hr/deep/late lib/marker; do save-file "files/$path" late; done
wait_for test -e "$DRIVE/files/lib/marker"
(cd "$DRIVE/files/hr/deep" && ! user mallory cat late 2>/dev/null) || fail 'mallory reads what carol has'
has carol files/hr/deep/late late
drive_end
check_status 0 chancery-verify
