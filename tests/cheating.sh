# Cheating, and what the archive says to it; sourced after lib.sh, office.sh and office-seal.sh. Forged acts come from tests/helpers/forge.c.
#
#	refused CODE REASON COMMIT [OPTION...]    an act that is well made and may not be. A registrar who lets it pass is found out by every verifier, in these
#	                              words; an honest one puts it on record as refused, and the archive stays good.
#	unsaid CODE REASON COMMIT [OPTION...]    what its actor has not signed, or not for this archive: it is nobody's act, and the honest register does not
#	                              take it, not even as refused. A page that has it all the same is found out in these words.
#	barred CODE REASON COMMIT     what cannot even stand on a page: the honest register does not take it, and a page that has it all the same is
#	                              bad. REASON may leave out the leading "commit ID: ".
#	accepted COMMIT               the control: the same without the forged step
#	verify_says MESSAGE           what chancery-verify says of the archive as it is, after its own name
#	restore                       main as it was before the last lie
#	payload PERSON FILE KIND ...  the bytes to be signed of an act as `forge act` would make it
#	signed PERSON FILE [OPTION...]    a payload with the person's signature, made by stock gpg; prints the commit
# shellcheck shell=bash

main() { git -C "$CHANCERY_ARCHIVE" rev-parse main; }
restore() { git -C "$CHANCERY_ARCHIVE" update-ref refs/heads/main "$before"; }

verify_says() {
	check_status 1 chancery-verify -q
	check_output err <<<"chancery-verify: $1"
}

# door STATUS COMMIT: the answer of the pre-receive hook when this is pushed, in `err`, without what would be needed. Quarantine or not, the bytes are the same.
door() {
	local status=0

	(cd "$CHANCERY_ARCHIVE" && exec chancery-receive -A .) <<<"0000000000000000000000000000000000000000 $2 refs/acts/d2/x" 2>err || status=$?
	[ "$status" -eq "$1" ] || { cat err >&2; fail "the door says $status instead of $1 of $2"; }
	sed -i 's/^chancery-receive: \([A-Z-]*\): refs.acts.d2.x: /\1: /' err
}

# What is no act, or nobody's, does not come in; the reason begins as it does elsewhere.
not_let_in() {
	door 1 "$3"
	sed -i "s/: commit $3: /: /" err
	[[ $(cat err) == "$1: $2"* ]] || { cat err >&2; fail "the door does not say '$1: $2'"; }
}

# What may be refused on record comes in; what is no tree does not.
let_in() {
	case "$1: $2" in
	LIMIT:*) ;;
	*'is not in canonical form')
		door 1 "$3"
		[[ $(cat err) == "$1: $2"* ]] || { cat err >&2; fail "the door does not say '$1: $2'"; }
		;;
	*) door 0 "$3" ;;
	esac
}

refused() {
	local code=$1 reason=$2 commit=$3 id page
	shift 3

	let_in "$code" "$reason" "$commit"
	before=$(main)
	id=$(forge id "$commit")
	page=$(($(field main Seq) + 1))
	forge page "$@" -a "$commit" >lie
	verify_says "$code: page $page of the register says OK of act $id: $reason"
	restore
	forge register "$commit" >verdict
	check_output verdict <<<"$code	$reason"
	check_status 0 chancery-verify -q
}

unsaid() {
	local code=$1 reason=$2 commit=$3 id
	shift 3

	before=$(main)
	id=$(forge id "$commit")
	check_status 1 forge register "$commit"
	check_output err <<<"forge: $code: $reason"
	not_let_in "$code" "$reason" "$commit"
	[ "$before" = "$(main)" ] || fail 'it has entered the register'
	forge page "$@" -a "$commit" >lie
	verify_says "$code: page $(field main Seq) of the register says OK of act $id: $reason"
	restore
}

barred() {
	local code=$1 reason=$2 commit=$3

	before=$(main)
	not_let_in "$code" "$reason" "$commit"
	check_status 1 forge register "$commit"
	[ "$before" = "$(main)" ] || fail 'it has entered the register'
	sed "s/commit $commit: //" err >said
	check_output said <<<"forge: $code: $reason"
	forge page -a "$commit" >lie
	check_status 1 chancery-verify -q
	sed -E "s/commit $commit: //" err >said
	check_output said <<<"chancery-verify: $code: $reason"
	restore
}

accepted() {
	door 0 "$1"
	forge register "$1" >verdict
	check_output verdict <<<'OK	accepted'
	check_status 0 chancery-verify -q
}

payload() {
	local person=$1 file=$2
	shift 2

	as "$person" forge act -o "$file" "$@"
}

signed() {
	as "$1" gpg --quiet --batch --yes --armor "${@:3}" --detach-sign -o "$2.asc" "$2"
	forge commit "$2" "$2.asc"
}

# field COMMIT KEY: what its statement says.
field() { git -C "$CHANCERY_ARCHIVE" cat-file commit "$1" | sed -n "s/^$2: //p"; }
