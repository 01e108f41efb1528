#!/bin/bash
# chancery-restore: versions listed, shown, put elsewhere and put back; nothing newer is lost by it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

make_person alice
export CHANCERY_ARCHIVE=$TEST_DIR/archive
office_policy S-0007 >policy
as alice chancery-init -q --policy policy "$CHANCERY_ARCHIVE" alice
F=files/lib/计划.txt
today=$(date -u +%F)
now() { git -C "$CHANCERY_ARCHIVE" show "main:$1"; }
act() { chancery-restore "$F" | sed -n "$1p" | cut -f 4; }

for text in one two three; do
	echo $text >$text
	save-file $F $text
done
save-file files/lib/d/x one
save-file files/lib/d/y two

# Listed, newest first, with what each act says.
check_status 0 chancery-restore $F
[ "$(wc -l <out)" = 3 ] || fail "$(cat out)"
[ "$(cut -f 2-3,5 out)" = "$(printf '5\td1\t6\n4\td1\t4\n3\td1\t4')" ] || fail "$(cat out)"
for n in 1 2 3; do
	[ "$(cut -f 1 out | sed -n ${n}p)" = "$(git -C "$CHANCERY_ARCHIVE" log --first-parent --format=%cd --date=format:%Y-%m-%dT%H:%M:%SZ main | sed -n $((n + 2))p)" ] ||
		fail "times: $(cat out)"
done
check_status 0 chancery-restore --json $F
grep -q '"actor": *"d1"' out || fail "$(cat out)"
check_status 1 chancery-restore files/lib/never
check_has err "'files/lib/never' has never been a file of this archive; say its path on a drive, or in main"
check_status 1 chancery-restore files/lib/d
check_output err <<<"chancery-restore: 'files/lib/d' is a directory: name one of its files, or say --at"
check_status 1 chancery-restore --at -1d $F
check_output err <<<'chancery-restore: the archive did not exist then'
check_status 2 chancery-restore --at yesterday $F
check_has err '+N[smhdw] or -N[smhdw]'

# Shown, and put elsewhere, where nothing is lost either.
check_status 0 chancery-restore --act "$(act 3)" -o - $F
cmp out one
check_status 0 chancery-restore -q --act "$(act 2)" -o elsewhere $F
cmp elsewhere two
check_status 1 chancery-restore -q --act "$(act 3)" -o elsewhere $F
check_has err "'elsewhere' exists"
cmp elsewhere two
check_status 0 chancery-restore --at "$today" -o directory files/lib/d
cmp directory/x one
cmp directory/y two
check_status 2 chancery-restore --at "$today" -o - files/lib/d

# Put back: not over a newer version, unless that is wanted; and the old state of another file is no reason to touch it.
head=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
check_status 1 chancery-restore --act "$(act 3)" $F
check_has err "'$F' is another version now, by d1 of $today" '--force' '--output'
check_status 0 chancery-restore --at "$today" $F
check_output out <<<"$F	unchanged"
check_status 0 chancery-restore -nf --act "$(act 3)" $F
check_output out <<<"$F	replaced"
[ "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" = "$head" ] || fail "something was registered"
check_status 0 chancery-restore -f --act "$(act 3)" $F
check_output out <<<"$F	replaced"
now $F | cmp - one
[ "$(chancery-restore $F | wc -l)" = 4 ] || fail "no version of its own"

# What is gone comes back without force; of a directory all files of then, and what was added stays.
save-file $F
save-file files/lib/d/x
save-file files/lib/d/z three
before=$(act 2)
check_status 0 chancery-restore --act "$before" $F
check_output out <<<"$F	restored"
now $F | cmp - one
chancery-restore files/lib/d/y >versions
check_status 0 chancery-restore --act "$(cut -f 4 versions)" files/lib/d/
[ "$(sort out)" = "$(printf 'files/lib/d/x\trestored\nfiles/lib/d/y\tunchanged')" ] || fail "$(cat out)"
now files/lib/d/x | cmp - one
now files/lib/d/z | cmp - three

# Not then, not at all, not by this.
check_status 1 chancery-restore --at 2001-01-01 $F
check_has err "the archive did not exist then"
check_status 1 chancery-restore --at "$today" files/lib/never
check_has err 'was not there then'
check_status 1 chancery-restore --act "$(printf %064d 7)" $F
check_has err 'no page of the register names act'
check_status 1 chancery-restore --at "$today" policy
check_has err 'only what is in files/ can be put back'
check_status 2 chancery-restore --act 12 $F
check_status 2 chancery-restore --at yesterday $F
check_status 2 chancery-restore --at "$today" --act "$before" $F
check_status 2 chancery-restore -f $F
check_status 2 chancery-restore
check_status 74 chancery-restore -A missing $F
check_status 0 chancery-verify -q

# Far down, among changes of others beside it and elsewhere: each version once, also when one comes back, as git sees them.
D=files/lib/d/e/f
for change in "$D one" 'files/lib/d/e/g one' "$D two" "$F two" 'files/lib/d/e/g two' "$D one" 'files/lib/h one' "$D" 'files/lib/h two' 'files/lib/d/e/g' "$D one"; do
	# shellcheck disable=SC2086
	save-file $change
done
git -C "$CHANCERY_ARCHIVE" log --first-parent --format=%cd --date=format:%Y-%m-%dT%H:%M:%SZ main -- "$D" >expected
[ "$(wc -l <expected)" = 5 ]
chancery-restore "$D" | cut -f 1 | diff expected -
