#!/bin/bash
# Saves made on an older state are merged by the register: what a save says that it was made from, in which order, and what becomes of it, is nobody's to choose.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"
. "$(dirname "$0")/../saves.sh"

office
office_apart north
office_apart empty
first=$(made north 5 a=1 b=1 c=1)
accepted "$first"
one=$(field main Seq)
office_apart south
office_apart west
second=$(made south 7 a=2 c=)
accepted "$second"
office_apart later
now=$(field main Seq)
previous() { echo "Previous-SHA256=$(forge id "$1")"; }
earlier="Previous-SHA256 and parent are not the latest act of 'files/lib' on page"

# Base: a page to come; another page than the one it was made from: before it, when the space was not there yet, behind it.
refused WRONG-PREVIOUS "Base is page $((now + 9)), the register has $now" "$(made west 1 a=west Base=$((now + 9)))"
refused WRONG-PREVIOUS "$earlier $((one - 1))" "$(made west 1 a=west Base=$((one - 1)))"
refused WRONG-PREVIOUS "$earlier 0" "$(made west 1 a=west Base=0)"
refused WRONG-PREVIOUS "$earlier $now" "$(made west 1 a=west Base="$now")"
# What was current is taken for what it is not: a newer parent on an older page, an older parent on a newer one.
refused WRONG-PREVIOUS "$earlier $one" "$(made later 1 a=west Base="$one")"
git_in() { git -C "$CHANCERY_ARCHIVE" "$@"; }
tree=$(git_in rev-parse "$(made west 1 a=west)^{tree}")
nothing=$(sha256sum </dev/null | cut -d ' ' -f 1)
act() { forge act -d -t "$tree" -p "$1" save files/lib Journal="$(printf west | sha256sum | cut -c 1-32) 1" Changes-SHA256="$nothing" "${@:2}"; }
refused WRONG-PREVIOUS "$earlier $now" "$(act "$first" Base="$now" "$(previous "$first")")"
refused WRONG-PREVIOUS "$earlier $one" "$(act "$first" Base="$one" "$(previous "$second")")"
# Rewritten so that all of it fits: then what it says that it changes is not what it would change there, or it is about nothing.
refused WRONG-CONTENT "Changes-SHA256 'is not the digest of what is changed'" \
	"$(act "$second" Base="$now" Changes-SHA256="$(field "$(made west 1 a=west)" Changes-SHA256)")"
refused WRONG-CONTENT "Changes-SHA256 'is not the digest of what is changed'" "$(act "$first" Base="$one" "$(previous "$first")" Changes-SHA256="$nothing")"
refused WRONG-SUBJECT "Subject-SHA256 is not that of 'files/lib'" "$(made west 1 a=west Subject-SHA256="$nothing")"
refused WRONG-SUBJECT 'names a record that its kind does not have' "$(made empty 1 a=new Subject-SHA256="$nothing")"
refused WRONG-CONTENT "touches what is not of 'files/lib'" "$(forge act -d -t "$(git_in ls-tree main | grep -v gitattributes | git_in mktree)" save files/lib \
	Journal="$(printf west | sha256sum | cut -c 1-32) 1" Changes-SHA256="$nothing")"

# The journal: an earlier part of it again, though signed anew; what came before something that is registered; the very same sequence.
replayed="the journal has been saved up to 5 already"
refused WRONG-PREVIOUS "$replayed" "$(made north 5 a=replayed)"
refused WRONG-PREVIOUS "$replayed" "$(made north 4 a=replayed)"
cp -r "$TEST_DIR/later" "$TEST_DIR/kept"
CHANCERY_ARCHIVE=$TEST_DIR/later
rm -r "$TEST_DIR/north"
office_apart north
CHANCERY_ARCHIVE=$TEST_DIR/archive
third=$(made north 6 d=3)
fourth=$(made north 9 d=4)
accepted "$fourth"
refused WRONG-PREVIOUS "the journal has been saved up to 9 already" "$third"
check_status 1 forge register "$fourth"
check_output err <<<'forge: DUPLICATE: registered already'

# An old state does not bring back what others have removed or changed since: only what its maker has changed himself comes in, beside theirs.
space_is a=2 b=1 d=4
west=$(made west 1 a=west b=west)
before=$(main)
page=$(($(field main Seq) + 1))
wrong="WRONG-CONTENT: page $page of the register: its tree is not what the accepted acts add up to"
with() { # with PATH=CONTENT...: main's tree with these set (`PATH=`: removed)
	local name
	export GIT_INDEX_FILE=$TEST_DIR/lying
	git_in read-tree "$before"
	for name; do
		[ -n "${name#*=}" ] || { printf '0 %040d\tfiles/lib/%s\n' 0 "${name%=}" | git_in update-index --index-info; continue; }
		git_in update-index --add --cacheinfo "100644,$(echo "${name#*=}" | git_in hash-object -w --stdin),files/lib/${name%%=*}"
	done
	git_in write-tree
	unset GIT_INDEX_FILE
}
lie() {
	forge page -a "$west" -t "$(with "$@")" >lie
	verify_says "$wrong"
	restore
}
lie b=west "a.conflict-$((page + 1))=west" # one name is wrong
lie b=west "a.conflict-$page=2" a=west	   # the later one has the name
lie b=west "a.conflict-$page=other"	   # another content
lie b=west				   # the later one is gone
lie b=west a=west			   # the earlier one is gone
lie b=west "a.conflict-$page=west" c=1	   # what was removed is back
lie "a.conflict-$page=west"		   # what was not in conflict is left out
lie b=west "a.conflict-$page=west" d=	   # and with somebody else's removed
# The control, page and all: the honest tree by the same hand.
forge page -a "$west" -t "$(with b=west "a.conflict-$page=west")" >honest
check_status 0 chancery-verify -q
restore
forget_seen
accepted "$west"
space_is a=2 "a.conflict-$page=west" b=west d=4

# A base far back: somebody who never knew the space saves it all anew, and takes nothing of anybody.
accepted "$(made empty 1 a=mine b=west e=5)"
space_is a=2 "a.conflict-$page=west" "a.conflict-$((page + 1))=mine" b=west d=4 e=5
# It is no way around the policy, nor around the time within which a save must come in.
refused WRONG-TIME 'received more than 604800 seconds after it was drawn up' "$(made west 2 a=late Time="$(date -u -d '-8 days' +%FT%TZ)")"
sed 's,Allow: device save files/\*\*,Allow: device save files/other,' "$TEST_DIR/policy" >narrow
as alice policy-set -q narrow
late=$(made west 2 a=west)
forge register "$late" >verdict
grep -q '^NOT-ALLOWED' verdict || fail "$(cat verdict)"
check_status 0 chancery-verify -q
