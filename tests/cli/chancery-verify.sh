#!/bin/bash
# An archive that holds is good; each forgery next to it is bad, with its reason and its place.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

main_of() { git -C "$1" rev-parse main; }

# copy NAME: of the good archive, to be spoilt; each object in a file of its own.
copy() {
	local pack

	rm -rf "$1" packs
	cp -r "$CHANCERY_ARCHIVE" "$1"
	mv "$1/objects/pack" packs
	mkdir "$1/objects/pack"
	for pack in packs/*.pack; do git -C "$1" unpack-objects -q <"$pack"; done
	spoilt=$PWD/$1
}

# bad PAGES MESSAGE: the copy is, behind so many good pages. What was verified before it was spoilt is only read again in full.
bad() {
	check_status 1 chancery-verify --full "$spoilt"
	[ "$(cut -f 1,2 out)" = "$(printf 'bad\t%s' "$1")" ] || fail "$(cat out)"
	check_has err "chancery-verify: $2"
}

# object ID: its file in the copy.
object() {
	chmod u+w "$spoilt/objects/${1:0:2}/${1:2}"
	echo "$spoilt/objects/${1:0:2}/${1:2}"
}

office_seals S-0007
apply bob S-0007
as carol seal-approve -q "$APPLICATION"
head=$(main_of "$CHANCERY_ARCHIVE")
seq=$(chancery-status | sed -n 's/^seq\t//p')

# ---- good ----
check_status 0 chancery-verify
check_output out <<<"$(printf 'good\t10\t17\t0\t%s' "$head")"
check_status 0 chancery-verify -q "$CHANCERY_ARCHIVE"
check_output out </dev/null
check_status 0 chancery-verify --json -A "$CHANCERY_ARCHIVE"
check_output out <<<"{\"verdict\":\"good\",\"pages\":\"10\",\"accepted\":\"17\",\"refused\":\"0\",\"head\":\"$head\"}"
check_status 0 chancery-verify -v
[ "$(wc -l <out)" -eq 18 ] || fail "not one line per act: $(cat out)"
check_has out "$(printf '\tOK\talice\tfound\tarchive')" "$(printf '\tOK\tcarol\tapprove\tseals/S-0007/applications/')"
[ "$(sed -n '17s/\t.*//p' out)" = 10 ] || fail "the last act is not on the last page: $(cat out)"
sed -n 17p out | cut -f 2 >id
[ "$(forge id "$(git -C "$CHANCERY_ARCHIVE" rev-parse main^2)")" = "$(cat id)" ] || fail "another act id than $(cat id)"

# What was refused is evidence, listed and counted.
set_policy() { as "$1" forge act -f rules.2="$TEST_DIR/policy" policy policy Version=2 "Content-SHA256=$(sha256sum <"$TEST_DIR/policy" | cut -d ' ' -f 1)"; }
forged=$(set_policy bob)
another=$(set_policy dave)
copy refused
CHANCERY_ARCHIVE=$spoilt forge register "$forged" >/dev/null
check_status 0 chancery-verify -v "$spoilt"
check_has out "$(printf '\tNOT-ALLOWED\tbob\tpolicy\tpolicy')" "$(printf 'good\t11\t17\t1\t')"

# ---- bad ----
copy accepted
CHANCERY_ARCHIVE=$spoilt forge page -a "$forged" >/dev/null
bad 10 "NOT-ALLOWED: page 11 of the register says OK of act $(forge id "$forged"): no line of the policy allows 'bob'"

copy unnamed
CHANCERY_ARCHIVE=$spoilt forge page -p "$head" -p "$forged" -p "$another" -x "$forged=NOT-ALLOWED" >/dev/null
bad 10 'WRONG-CONTENT: page 11 of the register: brings an act that it does not name'

copy tree
CHANCERY_ARCHIVE=$spoilt forge page -x "$forged=NOT-ALLOWED" -t "$(git -C "$spoilt" rev-parse 'main~1^{tree}')" >/dev/null
bad 10 'WRONG-CONTENT: page 11 of the register: its tree is not what the accepted acts add up to'

copy missing
gone=$(git -C "$spoilt" rev-parse main:policy/rules.1)
rm -f "$(object "$gone")"
bad 1 "cannot read object $gone"

copy flipped
act=$(git -C "$spoilt" rev-parse main^2)
git -C "$spoilt" cat-file commit "$act" | sed 's/^Presses: 1$/Presses: 9/' >forged
cp -f "$spoilt/objects/$(git -C "$spoilt" hash-object -t commit -w ../forged | sed 's,^..,&/,')" "$(object "$act")"
bad 9 "cannot read object $act"

# ---- pages taken back: only somebody who remembers can tell ----
copy rollback
git -C "$spoilt" update-ref refs/heads/main main~1
check_status 1 chancery-verify "$spoilt"
check_has err "chancery-verify: ROLLBACK: the register of '$spoilt' ends at page $((seq - 1)) ($(main_of "$spoilt")); page "
export XDG_STATE_HOME=$TEST_DIR/somebody-new
check_status 0 chancery-verify "$spoilt"
check_status 0 chancery-verify --expect "$(main_of "$spoilt")" "$spoilt"
check_status 0 chancery-verify --expect "$(git -C "$spoilt" rev-parse main~3)" "$spoilt"
check_status 0 chancery-verify --expect "$((seq - 1)):$(main_of "$spoilt")" "$spoilt"
check_status 1 chancery-verify --expect "$seq:$(main_of "$spoilt")" "$spoilt"
check_status 1 chancery-verify --expect "$head" "$spoilt"
check_output err <<<"chancery-verify: no page of the register is $head: pages have been taken back, or this is a fork"

# ---- nothing to verify ----
git init -q --bare empty
check_status 3 chancery-verify empty
check_output err <<<"chancery-verify: 'empty' has not been founded: there is nothing to verify"
mkdir plain
check_status 74 chancery-verify plain
check_status 74 chancery-verify nowhere
check_output err <<<"chancery-verify: cannot open 'nowhere': No such file or directory"
check_status 2 chancery-verify one two
CHANCERY_ARCHIVE='' check_status 74 chancery-verify
check_status 2 env -u CHANCERY_ARCHIVE chancery-verify
