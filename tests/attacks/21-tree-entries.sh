#!/bin/bash
# Two entries of one name: git reads the first, libgit2 the second. A tree is checked before anything is looked up in it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
apply bob S-0007
path=seals/S-0007/applications/$(date -u +%Y)/0/d1-000001
git() { command git -C "$CHANCERY_ARCHIVE" "$@"; }
good=$(as carol forge act approve "$path" Level=1 Role=manager Presses=1)

# The statement says one press; a second statement of that name says twenty.
entries() { git ls-tree "$good:$path"; }
statement=$(entries | awk '$4 == "approve.1.carol" { print $3 }')
twenty=$(git cat-file blob "$statement" | sed 's/^Presses: 1$/Presses: 20/' | git hash-object -w --stdin)
# shellcheck disable=SC2001
raw() { while read -r mode _ id name; do printf '%s %s\0%b' "$mode" "$name" "$(sed 's/../\\x&/g' <<<"$id")"; done; }
write_tree() { raw | git hash-object -t tree -w --literally --stdin; }

# The tree of the application's directory, wrapped in its path, below the act of whoever signs it.
act_with() {
	local tree component rest=$path

	tree=$(write_tree)
	while [ -n "$rest" ]; do
		component=${rest##*/}
		tree=$(echo "40000 tree $tree $component" | write_tree)
		[ "$rest" != "$component" ] || break
		rest=${rest%/*}
	done
	as carol forge act -t "$tree" approve "$path" Level=1 Role=manager Presses=1 Time="$(field "$good" Time)"
}
modes() { sed 's/^040000/40000/'; }

caught() {
	refused MALFORMED-TREE "tree $(git rev-parse "$1:$path") is not in canonical form" "$1" -t "$(git rev-parse 'main^{tree}')"
}

caught "$(entries | modes | awk -v id="$twenty" '{ print } $4 == "approve.1.carol" { print $1, $2, id, $4 }' | act_with)"
caught "$(entries | modes | awk -v id="$twenty" '$4 == "approve.1.carol" { print $1, $2, id, $4 } { print }' | act_with)"
caught "$(entries | modes | awk -v id="$twenty" '{ print } $4 == "approve.1.carol" { print $1, $2, id, $4; print }' | act_with)"
# Out of order, a file beside a directory of its name, links, submodules, programs, a mode in another form.
caught "$(entries | modes | tac | act_with)"
directory=$(git rev-parse "$good:$path/attachments")
caught "$(entries | modes | awk -v id="$directory" '{ print } $4 == "approve.1.carol" { print "40000", "tree", id, $4 }' | act_with)"
for mode in 120000 160000 100755 100664 0100644; do
	caught "$(entries | modes | awk -v mode="$mode" '$4 == "approve.1.carol" { $1 = mode } { print }' | act_with)"
done
caught "$(entries | sed 's/^040000/040000/' | act_with)"
# Names that some system would take for another one.
for name in .git .GIT 'git~1' .. . con 'a\b' 'a:b' 'end.'; do
	caught "$({ echo "100644 blob $twenty $name"; entries | modes; } | LC_ALL=C sort -t ' ' -k 4 | act_with)"
done

# A tree that is one, and does not hold what is signed: the statement's file says twenty, is not there, is somebody else's; a file more, one less, one changed.
differs() { refused WRONG-CONTENT "$1" "$(act_with)" -t "$(git rev-parse 'main^{tree}')"; }
entries | modes | awk -v id="$twenty" '$4 == "approve.1.carol" { $3 = id } { print }' | differs "differs from the statement: 'approve.1.carol'"
entries | modes | awk '$4 != "approve.1.carol"' | differs "does not bring '$path/approve.1.carol'"
entries | modes | awk '$4 == "approve.1.carol" { $4 = "approve.1.erin" } { print }' | differs "does not bring '$path/approve.1.carol'"
entries | modes | awk -v id="$twenty" '{ print } $4 == "approve.1.carol" { $3 = id; $4 = "approve.1.dave"; print }' | differs "brings more files than 'approve'"
entries | modes | awk '$4 != "apply.0.bob"' | differs "changes or removes files of '$path'"
entries | modes | awk -v id="$twenty" '$4 == "record" { $3 = id } { print }' | differs "changes or removes files of '$path'"

# The control: the same tree, entry by entry.
same=$(entries | modes | act_with)
[ "$(git rev-parse "$same^{tree}")" = "$(git rev-parse "$good^{tree}")" ] || fail 'not the same tree'
accepted "$same"
