#!/bin/bash
# A second opinion on thousands of commits, most of them bent: ours (the strict reader of acts, and --signatures-only) and stock gpg. Detached signatures are
# put before what they sign, so that one gpg judges thousands. We never take what gpg refuses; what we refuse alone is in the list of
# tests/helpers/mutations.h with its reason. SOAK=1: ten times as many, by a seed of the day.
# timeout: 900
. "$(dirname "$0")/../lib.sh"

count=10000 seed=1
[ "${SOAK:-0}" = 0 ] || count=100000 seed=$(date +%s)
mkdir seeds out.d
gpg() { command gpg --quiet --batch --no-tty --trust-model always --pinentry-mode loopback --passphrase '' "$@"; }

# Keys of every kind that decides, as gpg itself writes signatures with them, by each digest that an act may have and the key takes.
mutants ring >keys.pgp
types=(ed25519 rsa2048 rsa3072 rsa4096 nistp256 nistp384 nistp521 brainpoolP256r1 brainpoolP384r1 brainpoolP512r1 secp256k1)
for type in "${types[@]}"; do
	gpg --quick-generate-key "$type <$type@example.org>" "$type" sign never 2>/dev/null
	gpg --export "$type@example.org" >certificate
	cat certificate >>keys.pgp
	key=$(gpg --with-colons --list-keys "$type@example.org" 2>/dev/null | awk -F: '$1 == "fpr" { print tolower($10) }')
	case $type in
	*512* | *521*) digests=(512 512 512) ;;
	*384*) digests=(384 512 384) ;;
	ed25519) digests=(256 512 256) ;;
	*) digests=(256 384 512) ;;
	esac
	for n in 1 2 3; do
		mutants payload "$seed" "$n" "$key" >"seeds/$type-$n.payload"
		gpg --local-user "$key" --digest-algo "SHA${digests[n - 1]}" --detach-sign -o "seeds/$type-$n.sig" "seeds/$type-$n.payload"
		cp certificate "seeds/$type-$n.key"
	done
done
mutants corpus "$seed" "$count" seeds out.d >corpus.tsv
mkdir -m 700 verifier
export GNUPGHOME=$PWD/verifier
gpg --import keys.pgp 2>/dev/null
[ "$(gpg --with-colons --list-keys 2>/dev/null | grep -c ^pub)" -eq $((5 + ${#types[@]})) ] || fail 'gpg does not take every key of the ring'

# gpg's word: `good` when it calls a signature of the file good, and none bad. Clocks have no say, in its word either.
judge() {
	awk '$2 == "FILE_START" { name = $4; good = bad = 0; open = 1 }
		$2 ~ /^(GOODSIG|EXPSIG|EXPKEYSIG)$/ { good++ }
		$2 ~ /^(BADSIG|ERRSIG|REVKEYSIG|NODATA|FAILURE|UNEXPECTED)$/ { bad++ }
		$2 == "FILE_DONE" { print name "\t" (good && !bad ? "good" : "bad"); open = 0 }'
}
# Not --batch, with which gpg ends at the first that is bad.
verify() { command gpg --quiet --no-tty --trust-model always --status-fd 1 "$@" </dev/null 2>/dev/null || :; }
verify_inline() { verify --verify-files "$@" | judge; }
verify_armored() {
	local file
	for file; do
		echo "[GNUPG:] FILE_START 1 $file"
		verify --verify "$file" "$file.payload"
		echo "[GNUPG:] FILE_DONE"
	done | judge
}
export -f judge verify verify_inline verify_armored
cd out.d
cut -f 4 ../corpus.tsv | grep ^inline | xargs -P 2 -n 500 bash -c 'verify_inline "$@" >"../gpg.$$"' -
cut -f 4 ../corpus.tsv | grep ^armored | xargs -P 2 -n 200 bash -c 'verify_armored "$@" >"../gpg.$$"' -
cd ..
chancery-verify --signatures-only --keyring keys.pgp out.d/repository >audit 2>audit.err || [ $? -eq 1 ]

# Of each class: how many gpg takes, and we; every disagreement that has no reason is printed and fails.
mutants classes >classes.tsv
cat gpg.* | sort >opinions
awk -F '\t' -v seed="$seed" '
	FILENAME == "classes.tsv" { why[$1] = $2; order[++classes] = $1; next }
	FILENAME == "opinions" { gpg[$1] = $2; next }
	FILENAME == "audit" { audit[$1] = $2 == "good" ? "good" : "bad"; next }
	{
		g = gpg[$4]; a = audit[$2]; s = $3 == "OK" ? "good" : "bad"
		if (g == "" || a == "") { print "no opinion on " $4 ", " $1; failed = 1; next }
		n[$1]++; all++; good[$1] += g == "good"; strict[$1] += s == "good"; open[$1] += a == "good"
		if (s == "good" && g != "good" || a == "good" && g != "good") wrong("we take what gpg refuses")
		if (s == "good" && a != "good") wrong("--signatures-only refuses an act")
		if (s != "good" && g == "good" && why[$1] == "") wrong("the strict reader refuses, for no reason given")
		if (a != "good" && g == "good" && why[$1] !~ /^both/) wrong("--signatures-only refuses, for no reason given")
	}
	function wrong(what) { print $1 ", " $4 " (" $3 ", " a ", gpg " g "): " what; failed = 1 }
	END {
		printf "seed %s, %d commits\n%-28s %6s %6s %6s %6s\n", seed, all, "", "all", "gpg", "act", "signed"
		for (i = 1; i <= classes; i++) {
			c = order[i]
			printf "%-28s %6d %6d %6d %6d  %s\n", c, n[c], good[c], strict[c], open[c], strict[c] == good[c] && open[c] == good[c] ? "" : why[c]
			if (n[c] < 20) { print c ": too few"; failed = 1 }
			if (why[c] != "" && why[c] !~ /at times/ && strict[c] == good[c]) { print c ": a reason, and no disagreement"; failed = 1 }
		}
		if (n["valid"] < all / 5 || strict["valid"] < n["valid"]) { print "too few that are valid"; failed = 1 }
		exit failed
	}' classes.tsv opinions audit corpus.tsv
