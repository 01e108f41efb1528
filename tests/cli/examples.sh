#!/bin/bash
# Every example of the manual pages does what it shows: each line `$ command` of EXAMPLES, `bob$ command` as bob, ends well. Lines that stand together
# are one session; each begins in the same office, with d1-000001 open for S-0007, d1-000002 approved and used,
# and two versions of files/contracts/plan.txt.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

# Where no name stands before the `$`: whose page it is.
reader() {
	case $1 in
	seal-apply | seal-cancel | seal-unlock) echo bob ;;
	seal-approve | seal-reject | seal-transfer | seal-withdraw) echo carol ;;
	*) echo alice ;;
	esac
}

# examples PAGE: `name$ command` for each line, an empty line between sessions.
examples() {
	mandoc -T ascii -O width=1000 "$1" | col -bx | awk -v reader="$(reader "$(basename "${1%.*}")")" '
		/^[A-Z]/ { on = $1 == "EXAMPLES"; next }
		!on || /^ *$/ { next }
		match($0, /^ *[a-z]*\$ /) {
			sub(/^ */, "")
			print (/^\$/ ? reader : "") $0
			next
		}
		match($0, /^ *> /) { print "> " substr($0, RLENGTH + 1); next }
		{ print "" }'
}

# What needs a seal on a cable or a mounted drive is run elsewhere.
runs_here() { ! grep -qE 'seal-enrol|seal-unlock|seal-release|seal-update|chanceryfs|fusermount|[ /]drive/' <<<"$1"; }

prepare() {
	office_seals S-0007
	office_allows 'administrator key-end keys/**' 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*' 'administrator seal-retire seals/*' \
		'administrator seal-clock seals/*' 'manager seal-clock seals/*'
	as alice seal-table -q S-0007
	apply bob S-0007 --presses 3
	apply bob S-0007 --presses 3 --copy frank
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
	use "$APPLICATION" 2 1
	echo draft >plan.txt
	save-file files/contracts/plan.txt plan.txt
	echo final >plan.txt
	save-file files/contracts/plan.txt plan.txt
	serve
	mv "$CHANCERY_ARCHIVE" "$TEST_DIR/office"
	make_person greta
	as greta gpg --quiet --armor --export greta >"$TEST_DIR/greta.asc"
}

# What a build of the firmware has: code that begins in one slot and in the other, and a boot stage without keys.
build_firmware() {
	mkdir "$TEST_DIR/firmware"
	(cd "$TEST_DIR/firmware"
		printf '\0\0\0\x20\x01\x02\x02\x08code' >slot-a.bin
		printf '\0\0\0\x20\x01\x02\x04\x08code' >slot-b.bin
		{ head -c 64 /dev/zero; printf 'chancery keys 1\nstm32f405'; head -c 119 /dev/zero; } >boot.bin)
}

# session LINES: in the directory of the page, in one shell that changes from person to person.
session() {
	local line script='set -eu -o pipefail'

	while IFS= read -r line; do
		case $line in
		'> '*) script+=$'\n'${line#> } ;;
		*) script+=$'\n'"export HOME=$TEST_DIR/people/${line%%\$*} GNUPGHOME=$TEST_DIR/people/${line%%\$*}/.gnupg"$'\n'${line#*\$ } ;;
		esac
	done <<<"$1"
	rm -rf "$CHANCERY_ARCHIVE" "$XDG_STATE_HOME/chancery" # nobody has seen the sessions before: they have gone other ways
	cp -r "$TEST_DIR/office" "$CHANCERY_ARCHIVE"
	bash -c "$script" >out 2>err </dev/null || {
		printf '%s:\n%s\n' "$page" "$1"
		cat out err
		return 1
	} >&2
}

prepare
build_firmware
ran=0 bad=0 left=0
for page in "$SRC"/docs/man/*.[1-8]; do
	directory=$TEST_DIR/work/$(basename "$page")
	mkdir "$directory"
	cp "$TEST_DIR/contract.txt" "$TEST_DIR/policy" "$TEST_DIR/greta.asc" "$directory"
	cp "$SRC/tests/fuzz/corpus/jpeg/code" "$directory/photo.jpg"
	cp "$TEST_DIR"/firmware/* "$directory"
	cd "$directory"
	while IFS= read -r -d '' lines; do
		[ -n "$lines" ] || continue
		runs_here "$lines" || { left=$((left + 1)); continue; }
		ran=$((ran + 1))
		session "$lines" || bad=$((bad + 1))
	done < <(examples "$page" | awk 'BEGIN { RS = ""; ORS = "\0" } { print }')
done
echo "$ran sessions, $left left to tests with a seal or a drive, $bad bad"
[ "$ran" -gt 0 ] && [ "$bad" -eq 0 ] || exit 1

# The policy that chancery-policy(5) shows is one.
mandoc -T ascii "$SRC/docs/man/chancery-policy.5" | col -bx | awk '/^ *Format: 1$/ && example { on = 1 } /^EXAMPLES/ { example = 1 } /^ *$/ { on = 0 } on { sub(/^ */, ""); print }' >policy
check_status 0 policy-check policy
[ "$(cut -f 2-4 out)" = "$(printf '10\t3\tadministrator')" ] || fail "$(cat policy out)"
