#!/bin/bash
# The threat model has a line for each known attack, 1 to 39 and our own behind them, in order, and one for each other claim. The tests that it names are there, at least one on each
# line; attacks/NN-* stands for those that there are, and each of those is on the line of its number.
. "$(dirname "$0")/../lib.sh"

sed -n '/^KNOWN ATTACKS/,$p' "$SRC/docs/threat-model" | grep -E '^ +[0-9]+  ' >lines
awk '{ print $1 }' lines | diff -u --label 'attacks in order' --label docs/threat-model <(seq 1 "$(($(wc -l <lines) > 39 ? $(wc -l <lines) : 39))") -

bad=0
report() { echo "$*"; bad=1; }
is_test() { compgen -G "$SRC/tests/$1.sh" >/dev/null || compgen -G "$SRC/tests/$1.c" >/dev/null; }

# holds WHAT LINE: it names tests, and none that is not there.
holds() {
	local name there=0

	while read -r name; do
		if is_test "$name"; then
			there=$((there + 1))
		else
			report "$1: there is no test '$name'"
		fi
	done < <(grep -oE '(attacks|cli|crash|firmware|fuzz|lint|mount|soak|unit)/[a-z0-9*-]+' <<<"$2")
	[ "$there" -gt 0 ] || report "$1: no test shows it"
}

while read -r number rest; do
	[[ $rest == *'not built yet' ]] || holds "attack $number" "$rest"
done <lines
sed -n '/^WHAT ELSE IS CLAIMED/,$s/^  - //p' "$SRC/docs/threat-model" >claims
[ -s claims ] || report 'nothing else is claimed'
while read -r claim; do holds "'${claim%%:*}'" "${claim##*:}"; done <claims

for script in "$SRC"/tests/attacks/*.sh; do
	name=$(basename "$script" .sh)
	number=$((10#${name%%-*}))
	grep -qE "^ +$number  .* attacks/${name%%-*}-\*" lines || report "attack $number: its line does not name attacks/$name"
done
exit "$bad"
