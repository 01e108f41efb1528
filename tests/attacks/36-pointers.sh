#!/bin/bash
# Pointers to somebody else's content. An archive has no pointers yet: what looks like one is a small file, since nothing in it can make it more;
# what would is refused at the door, and on every page.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../pushing.sh"

office_seals
pushing
git() { command git -C "$CLIENT" "$@"; }
command git -C "$CHANCERY_ARCHIVE" config receive.fsckObjects false

journal=1
# save NAME CONTENT: an act of the drive that adds a file
save() {
	local blob tree

	blob=$(printf '%s\n' "$2" | git hash-object -w --stdin)
	tree=$(git mktree <<<"100644 blob $blob	$1")
	tree=$(git mktree <<<"040000 tree $(git mktree <<<"040000 tree $tree	d1")	files")
	at_client forge act -d -t "$tree" -p none save files/d1 Journal="0123456789abcdef0123456789abcdef $journal" \
		Changes-SHA256="$(echo "100644 - $(printf '%s\n' "$2" | sha256sum | cut -d ' ' -f 1) files/d1/$1" | sha256sum | cut -d ' ' -f 1)"
}

for name in .gitattributes .GitAttributes .gitmodules .gitignore .lfsconfig .LfsConfig; do
	act=$(save "$name" '*.pdf filter=lfs diff=lfs merge=lfs -text')
	check_status 1 push "$act"
	remote >said
	check_output said <<<"chancery-receive: MALFORMED-TREE: refs/acts/d2/$act: tree $(git rev-parse "$act:files/d1") is not in canonical form; names, order and modes are those of chancery-archive(5)"
done

# A directory that is named as what it is, and is not sent: git's own check is passed by.
act=$(save a content)
zero=0000000000000000000000000000000000000000
mkdir -p "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a"
for object in "$act" "$act^{tree}" "$act:files" "$act:files/d1"; do
	object=$(git rev-parse "$object")
	mkdir -p "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a/${object:0:2}"
	cp "$CLIENT/objects/${object:0:2}/${object:2}" "$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a/${object:0:2}/" 2>/dev/null ||
		git cat-file "$(git cat-file -t "$object")" "$object" | GIT_DIR=$CHANCERY_ARCHIVE GIT_OBJECT_DIRECTORY=$CHANCERY_ARCHIVE/objects/tmp_objdir-incoming-a \
			command git hash-object -w --literally -t "$(git cat-file -t "$object")" --stdin >written
done
hook() { (cd "$CHANCERY_ARCHIVE" && GIT_QUARANTINE_PATH=objects/tmp_objdir-incoming-a chancery-receive -A . <<<"$zero $act refs/acts/d2/a"); }
check_status 1 hook
check_output err <<<"chancery-receive: WRONG-CONTENT: refs/acts/d2/a: file $(git rev-parse "$act:files/d1/a") is neither here nor in the push; send it, too"

# The control: what only looks like a pointer, or like a configuration, is a file like any other.
check_status 0 push "$(save lfsconfig '[lfs] url = https://example.org')"
check_has err 'remote: accepted'
journal=2
act=$(save photo.jpg "version https://git-lfs.github.com/spec/v1
oid sha256:$(printf x | sha256sum | cut -d ' ' -f 1)
size 1")
check_status 0 push "$act"
check_has err 'remote: accepted'
check_status 0 chancery-verify -q
