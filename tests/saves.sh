# Saves made apart from the register; sourced after lib.sh and office.sh:
#
#	office_apart NAME       another office: a copy of $CHANCERY_ARCHIVE, with what it knows now and a journal of its own
#	made NAME NUMBER NAME=CONTENT... [Key=Value...]    a save of files/lib made there (NUMBER: of its journal); `NAME=` removes. Statement keys begin with a
#	                        capital, files do not. $SAVES: another kind of act. Prints its commit, which then is in $CHANCERY_ARCHIVE, unregistered.
#	space_is PATH...        files/lib in main holds exactly these, `path=content`
# shellcheck shell=bash

office_apart() { cp -r "$CHANCERY_ARCHIVE" "$TEST_DIR/$1"; }

# One line for each path that differs, as Changes-SHA256 wants it.
changes_between() {
	local old new path
	git diff-tree -r --no-renames "$1" "$2" | tr '\t' ' ' | while read -r _ mode old new _ path; do
		[ "$mode" = 100644 ] || mode=-
		for id in "$old" "$new"; do
			case $id in
			*[!0]*) git cat-file blob "$id" | sha256sum | cut -c 1-64 ;;
			*) echo - ;;
			esac
		done | xargs echo "$mode" | sed "s|$| $path|"
	done
}

made() {
	local office=$TEST_DIR/$1 number=$2 journal name old new commit keys=()
	shift 2

	journal=$(printf %s "${office##*/}" | sha256sum | cut -c 1-32)
	export GIT_DIR=$office GIT_INDEX_FILE=$TEST_DIR/index
	git read-tree --empty
	git ls-tree -r --full-tree main files/lib | sed 's/^\(......\) blob/\1/' | git update-index --index-info
	old=$(git write-tree)
	for name; do
		case $name in
		[A-Z]*) keys+=("$name") ;;
		*=) printf '0 %040d\tfiles/lib/%s\n' 0 "${name%=}" | git update-index --index-info ;;
		*) git update-index --add --cacheinfo "100644,$(echo "${name#*=}" | git hash-object -w --stdin),files/lib/${name%%=*}" ;;
		esac
	done
	new=$(git write-tree)
	commit=$(CHANCERY_ARCHIVE=$office forge act -d -t "$new" "${SAVES:-save}" files/lib Journal="$journal $number" \
		Changes-SHA256="$(changes_between "$old" "$new" | sha256sum | cut -c 1-64)" "${keys[@]}")
	git update-ref "refs/heads/made-$commit" "$commit"
	unset GIT_DIR GIT_INDEX_FILE
	git -C "$CHANCERY_ARCHIVE" fetch -q "$office" "refs/heads/made-$commit"
	echo "$commit"
}

space_is() {
	local path
	git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main files/lib/ | while read -r path; do
		echo "${path#files/lib/}=$(git -C "$CHANCERY_ARCHIVE" show "main:$path")"
	done >"$TEST_DIR/space"
	printf '%s\n' "$@" | check_output "$TEST_DIR/space"
}
