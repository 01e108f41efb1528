#!/bin/bash
# A policy that two programs could read differently is read by none: one strict reader, asked by the tools, the register and every verifier.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../cheating.sh"

office
good=$TEST_DIR/policy
set_policy() { as alice forge act -f "rules.$1=$2" policy policy Version="$1"; }

# refuse REASON: the policy in the file `bent`. The tools say so before anything is made; the register, once somebody has signed it.
refuse() {
	check_status 1 policy-check bent
	check_output err <<<"policy-check: $1"
	check_status 1 as alice policy-set bent
	check_has err "$1"
	refused "${1%%:*}" "${1#*: }" "$(set_policy 2 bent)"
}
# bent SED-SCRIPT REASON
bent() {
	sed "$1" "$good" >bent
	! cmp -s "$good" bent || fail "'$1' changes nothing"
	refuse "$2"
}

head=$(head -n 2 "$good")
line() { echo "MALFORMED-RECORD: policy, line $1: $2"; }
no_line="not a line 'Key: value'" gap="wants 'Gap:' in seconds" levels='levels of a seal rise from 1 without gap, each once'
kinds="only 'Allow:' lines, then 'Level:' lines, then 'Remind:' and 'Escalate:' lines, then 'Large:' lines" pattern="'Allow:' wants a pattern of subjects behind the act"
last=$(wc -l <"$good")
[ "$head" = $'Format: 1\nGap: 604800' ] || fail 'another policy than this test is about'

# Keys twice, unknown, in another form, order or place.
bent '2s/.*/&\n&/' "$(line 3 "$kinds")"
bent '1s/.*/&\n&/' "$(line 2 "$gap")"
bent 1d "$(line 1 "begins with 'Format: 1'")"
bent '1s/1/2/' "$(line 1 "begins with 'Format: 1'")"
bent 2d "$(line 2 "$gap")"
bent '3s/^/Deny: employee apply **\n/' "$(line 3 "$kinds")"
bent '3{h;d};$G' "$(line "$last" "$kinds")"
bent '$s/.*/&\n&/' "$(line $((last + 1)) "$levels")"
bent '$s/ 2 director/ 1 director/' "$(line "$last" "$levels")"
bent '$s/ 2 director/ 3 director/' "$(line "$last" "$levels")"
for script in '3s/^Allow/allow/' '3s/Allow:/Allow :/' '3s/Allow: /Allow:/' '3s/Allow: /Allow:  /' '3s/$/ /' '3s/ policy/\tpolicy/' '3s/^/\n/' '3s/^/# note\n/' '3s/$/\x00/'; do
	bent "$script" "$(line 3 "$no_line")"
done
# Marks that some readers skip, ends of lines that some take for one.
bent '1s/^/\xef\xbb\xbf/' "$(line 1 "$no_line")"
bent 's/$/\r/' "$(line 1 "$no_line")"
head -c -1 "$good" >bent
refuse "$(line "$last" "$no_line")"
# Numbers that do not fit, or have several forms.
for number in 18446744073709551616 18446744073709551615 0604800 -1 +1 1e6 0x10 '' 6٤; do bent "2s/604800/$number/" "$(line 2 "$([ -n "$number" ] && echo "$gap" || echo "$no_line")")"; done
bent '$s/ 20$/ 18446744073709551616/' "$(line "$last" "'Level:' wants seal, level, role, persons, presses")"
bent '$s/director 1/director 0/' "$(line "$last" 'a level needs at least one person and one press')"
bent '$s/ 20$/ 0/' "$(line "$last" 'a level needs at least one person and one press')"
# Patterns that mean more than they seem to.
for script in '3s/policy$/pol*cy/' '3s/policy$/**\/x/' '3s/policy$/\/policy/' '3s/policy$/..\/policy/' '3s/policy$/policy\/\//' '3s/ policy$/ policy extra/'; do
	bent "$script" "$(line 3 "$pattern")"
done

# The control.
accepted "$(set_policy 2 "$good")"
