#!/bin/bash
# Pointers to somebody else's content: whoever names what is not new has to send the bytes. And what would tell git-lfs where to look, or what a pointer is,
# does not come in at all.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../pushing.sh"

office_seals
pushing
git() { command git -C "$CLIENT" "$@"; }
command git -C "$CHANCERY_ARCHIVE" config receive.fsckObjects false

journal=1 space=d1
# save NAME CONTENT: an act of the drive that adds a file
save() {
	local blob tree

	blob=$(printf '%s\n' "$2" | git hash-object -w --stdin)
	tree=$(git mktree <<<"100644 blob $blob	$1")
	tree=$(git mktree <<<"040000 tree $(git mktree <<<"040000 tree $tree	$space")	files")
	at_client forge act -d -t "$tree" -p none save "files/$space" Journal="0123456789abcdef0123456789abcdef $journal" \
		Changes-SHA256="$(echo "100644 - $(printf '%s\n' "$2" | sha256sum | cut -d ' ' -f 1) files/$space/$1" | sha256sum | cut -d ' ' -f 1)"
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

# The control: what is only named like a configuration is a file like any other.
check_status 0 push "$(save lfsconfig '[lfs] url = https://example.org')"
check_has err 'remote: accepted'
journal=2

# A pointer: its content has to be here, and to have come from whoever pushes. dave has put his photo there, as git-lfs does from a path, and names it.
pointer() { printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %s' "$(sum "$1")" "$(stat -c %s "$1")"; }
sum() { sha256sum <"$1" | cut -c 1-64; }
place() { local sum; sum=$(sum "$1") && echo "$CHANCERY_ARCHIVE/lfs/objects/${sum:0:2}/${sum:2:2}/$sum"; }
put() { mkdir -p "$(dirname "$(place "$1")")" && install -m 444 "$1" "$(place "$1")"; }
said() { remote >said; check_output said <<<"chancery-receive: $1: refs/acts/d2/$act: content $(sum "$2") $3"; }
head -c 5000 /dev/urandom >photo
act=$(save photo.jpg "$(pointer photo)")
check_status 1 push "$act"
said WRONG-CONTENT photo 'is not here; send it first, as chancery-sync and git lfs push do'
put photo
chmod 600 "$(place photo)"
printf X | dd of="$(place photo)" conv=notrunc status=none
check_status 1 push "$act"
said WRONG-CONTENT photo 'is damaged; send it again'
put photo
check_status 0 push "$act"
check_has err 'remote: accepted'
cmp "$(place photo)" photo

# The theft: the same pointer under another path, by somebody who knows no more than its digest. As long as he does not send the bytes.
journal=3 act=$(save mine.jpg "$(pointer photo)")
check_status 1 push "$act"
stolen='is somebody'"'"'s already, and was not sent by you; send it, too, as chancery-sync and git lfs push do'
said NOT-ALLOWED photo "$stolen"
# To claim to have sent it is not enough: there is no note of the bytes.
x() { printf '%04x%s\n' $((${#1} + 5)) "$1"; }
{ x "put-object $(sum photo)"; x 'size=5000'; printf '0001%04x' 5004; head -c 5000 /dev/zero; printf 0000; x quit; printf 0000; } |
	git-lfs-transfer "$CHANCERY_ARCHIVE" upload >answer
check_has answer 'WRONG-CONTENT'
check_status 1 push "$act"
said NOT-ALLOWED photo "$stolen"
{ x "put-object $(sum photo)"; x 'size=5000'; printf '0001%04x' 5004; cat photo; printf 0000; x quit; printf 0000; } |
	git-lfs-transfer "$CHANCERY_ARCHIVE" upload >answer
check_status 0 push "$act"
check_has err 'remote: accepted'
# Once used it is used; and what another user has put there, nobody else names before he does.
journal=4 act=$(save again.jpg "$(pointer photo)")
check_status 1 push "$act"
said NOT-ALLOWED photo "$stolen"
if [ "$(id -u)" = 0 ]; then
	head -c 6000 /dev/urandom >theirs
	put theirs
	chown 65534 "$(place theirs)"
	journal=5 act=$(save theirs.jpg "$(pointer theirs)")
	check_status 1 push "$act"
	said NOT-ALLOWED theirs "$stolen"
	chown 0 "$(place theirs)"
	check_status 0 push "$act"
fi

# What git-lfs would read as a pointer and is none of ours is kept out, since two programs would see two things in it.
for text in "$(pointer photo | sed 's/git-lfs.github.com/hawser.github.com/')" "$(pointer photo)"$'\n' "$(pointer photo | sed 2iext-0-a\ sha256:"$(sum photo)")"; do
	journal=6 act=$(save other.jpg "$text")
	check_status 1 push "$act"
	remote >said
	check_output said <<<"chancery-receive: WRONG-CONTENT: refs/acts/d2/$act: file $(git rev-parse "$act:files/d1/other.jpg") is a pointer of git-lfs in a form that an archive does not have; save its content"
done
check_status 0 chancery-verify -q

# A file that is large by its name and no pointer does not come in: not at the door, not before the judge, not on a page that says so. What is empty, or has
# another name, does; and so does everything where the policy that its maker has seen says that nothing is large.
plain() { check_output said <<<"$1'files/d1/$2' is large by its name, and no pointer; save it on a drive, or with git-lfs"; }
journal=7 act=$(save plain.pdf 'a scan')
check_status 1 push "$act"
remote >said
plain "chancery-receive: WRONG-CONTENT: refs/acts/d2/$act: " plain.pdf
command git -C "$CHANCERY_ARCHIVE" fetch -q "$CLIENT" "$act"
before=$(command git -C "$CHANCERY_ARCHIVE" rev-parse main)
forge page -a "$act" >lie
check_status 1 chancery-verify -q
check_has err "'files/d1/plain.pdf' is large by its name, and no pointer"
command git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"
forge register "$act" >said
check_has said 'WRONG-CONTENT'
check_status 0 chancery-verify -q
journal=8
check_status 0 push "$(save plain.txt 'a scan')"
check_has err 'remote: accepted'

# A registrar who says in main something else of large files than record and policy do is found out.
before=$(command git -C "$CHANCERY_ARCHIVE" rev-parse main)
act=$(as alice forge act -f "rules.2=$TEST_DIR/policy" policy policy Version=2)
forge page -a "$act" >lie
command git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"
evil=$(command git -C "$CHANCERY_ARCHIVE" hash-object -w --stdin <<<'* filter=evil')
for line in "100644 blob $evil	.gitattributes" ''; do
	tree=$({ command git -C "$CHANCERY_ARCHIVE" ls-tree "$(cat lie)" | grep -v '	.gitattributes$'; [ -z "$line" ] || echo "$line"; } | command git -C "$CHANCERY_ARCHIVE" mktree)
	forge page -t "$tree" -a "$act" >lie2
	check_status 1 chancery-verify -q
	check_has err 'WRONG-CONTENT: page' 'of the register: its tree is not what the accepted acts add up to'
	command git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"
done
command git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$(cat lie)"
check_status 0 chancery-verify -q

# Where the policy that the maker of a save has seen says that nothing is large, everything comes as it is.
{ cat "$TEST_DIR/policy"; echo 'Large: none'; } >nothing-large
as alice policy-set -q nothing-large
pull
journal=9 space=other
check_status 0 push "$(save scan.pdf 'a scan')"
check_has err 'remote: accepted'
check_status 0 chancery-verify -q
