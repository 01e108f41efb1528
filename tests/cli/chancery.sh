#!/bin/bash
# One entrance: what is installed, the page of each, and running it.
. "$(dirname "$0")/../lib.sh"

# Every program is in the overview, with the words of its page; sources without a main are shared by tools.
mapfile -t programs < <(cd "$SRC/tools" && { grep -l '^main(' -- *.c | sed 's/\.c$//' | grep -vx chancery; echo chanceryfs; } |
	while read -r program; do [ ! -x "$BUILD/$program" ] || echo "$program"; done)
for program in "${programs[@]}"; do
	page=$(find "$SRC/docs" -name "$program.[18]")
	[ -z "$page" ] || printf '%s\t%s\n' "$program" "$(sed -n 's/^\.Nd //p' "$page")"
done | sort >expected
check_status 0 chancery
cut -f 1 out | sort >listed
printf '%s\n' "${programs[@]}" | sort | comm -23 - listed >missing
check_output missing </dev/null
sort out | join -t "$(printf '\t')" - <(cut -f 1 expected) | check_output expected
check_status 0 chancery --json
check_has out '{"tool":"seal-apply","does":"'

# By its name, or by what follows `chancery-`; arguments, output and exit status are the tool's.
check_status 0 chancery seal-apply --help
check_has out 'usage: seal-apply '
check_status 0 chancery verify --version
check_has out 'chancery-verify '
check_status 2 chancery policy-check --explain
check_has err 'policy-check: --explain wants a person, an act and a subject'
check_status 2 chancery policy-check --nonsense
check_has err "policy-check: unrecognized option '--nonsense'"
check_status 2 chancery perforate
check_output err <<<"chancery: there is no tool 'perforate'; chancery lists them"
for name in sh ../chancery /bin/sh chancery ''; do check_status 2 chancery "$name" -c 'touch ran'; done
[ ! -e ran ] || fail 'ran something that is no tool of ours'

# Pages are man's affair.
mkdir bin
printf '#!/bin/sh\necho "page $*"\n' >bin/man
chmod +x bin/man
PATH=$PWD/bin:$PATH check_status 0 chancery help seal-apply
check_output out <<<'page seal-apply'
for page in "$SRC"/docs/man/chancery-*; do
	page=$(basename "${page%.*}")
	for name in "$page" "${page#chancery-}"; do
		PATH=$PWD/bin:$PATH check_status 0 chancery help "$name"
		check_output out <<<"page $page"
	done
done
PATH=$PWD/bin:$PATH check_status 0 chancery help
check_output out <<<'page 7 chancery'
check_status 2 chancery help one two
PATH='' check_status 74 "$BUILD/chancery" help seal-apply
check_has err "chancery: cannot show the manual page of 'seal-apply': cannot run 'man'"
