#!/bin/bash
# Eight clients push at once, each its own acts, one after the other: acts on a page per second, against stock git that takes the same commits without hooks,
# interleaved on one machine. A push with one act, and with BENCH_BATCH=8, as after some time apart. BENCH_ACTS=160 acts, BENCH_CLIENTS=8; medians
# of BENCH_RUNS=3. Processor time is that of all, and that of the server alone: what git-receive-pack and its hooks took. Nobody pushes anything twice: an answer that is not `accepted` ends it.
set -eu

BUILD=$(cd "${BUILD:-build}" && pwd)
ACTS=${BENCH_ACTS:-160} CLIENTS=${BENCH_CLIENTS:-8} BATCH=${BENCH_BATCH:-8} RUNS=${BENCH_RUNS:-3}
DIR=$(mktemp -d)
export HOME=$DIR XDG_STATE_HOME=$DIR/state GNUPGHOME=$DIR/keys PATH=$BUILD:$BUILD/tests/helpers:$PATH CHANCERY_ARCHIVE=$DIR/archive GIT_CONFIG_NOSYSTEM=1
trap 'gpgconf --kill all; rm -rf "$DIR"' EXIT

mkdir -m 700 "$GNUPGHOME"
gpg --quiet --batch --pinentry-mode loopback --passphrase '' --quick-generate-key 'alice <alice@example.org>' ed25519 sign never 2>/dev/null
printf 'Format: 1\nGap: 604800\nAllow: device save files/**\n' >"$DIR/policy"
chancery-init -q --policy "$DIR/policy" "$CHANCERY_ARCHIVE" alice
cp -a "$CHANCERY_ARCHIVE" "$DIR/client"
git init -q --bare "$DIR/stock"
git -C "$DIR/stock" fetch -q "$CHANCERY_ARCHIVE" main:main

# One save for each act, of a space of its own.
save() {
	local blob tree
	blob=$(echo "content $1" | git -C "$DIR/client" hash-object -w --stdin)
	tree=$(git -C "$DIR/client" mktree <<<"100644 blob $blob	a")
	tree=$(git -C "$DIR/client" mktree <<<"040000 tree $(git -C "$DIR/client" mktree <<<"040000 tree $tree	s$1")	files")
	CHANCERY_ARCHIVE=$DIR/client forge act -d -t "$tree" -p none save "files/s$1" Journal="0123456789abcdef0123456789abcdef $1" \
		Changes-SHA256="$(echo "100644 - $(echo "content $1" | sha256sum | cut -d ' ' -f 1) files/s$1/a" | sha256sum | cut -d ' ' -f 1)"
}
for i in $(seq "$ACTS"); do save "$i"; done >"$DIR/acts"
git -C "$DIR/client" repack -adkq # forge leaves a pack for each act, and git opens all of them for each push

# The server, as git starts it: what it takes of processors is noted.
cat >"$DIR/receive-pack" <<-END
	#!/bin/bash
	TIMEFORMAT='%U %S'
	exec 3>&2
	{ time git-receive-pack "\$@" 2>&3; } 2>>'$DIR/serving'
END
chmod +x "$DIR/receive-pack"

# client N REMOTE PER-PUSH: its share of the acts
client() {
	local refspecs i
	mapfile -t refspecs < <(awk -v n="$1" -v all="$CLIENTS" 'NR % all == n { print $1 ":refs/acts/c" n "/" $1 }' "$DIR/acts")
	for ((i = 0; i < ${#refspecs[@]}; i += $3)); do git -C "$DIR/client" push --quiet --receive-pack="$DIR/receive-pack" "$2" "${refspecs[@]:i:$3}" 2>>"$DIR/answer.$1"; done
}

# round REMOTE PER-PUSH: seconds for all of them, what both ends of it took of processors, and what the server did
TIMEFORMAT='%R %U %S'
clients() {
	local n
	for n in $(seq 0 $((CLIENTS - 1))); do client "$n" "$1" "$2" & done
	wait
}
round() {
	rm -f "$DIR"/answer.* "$DIR/serving"
	{ time clients "$@"; } 2>&1 | awk '{ print $1, $2 + $3 }' | tr '\n' ' '
	awk '{ s += $1 + $2 } END { print s }' "$DIR/serving"
}

# median FILE FIELD
median() { sort -n -k "$2" "$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }

for per in 1 "$BATCH"; do
	rm -f "$DIR/ours" "$DIR/theirs"
	for _ in $(seq "$RUNS"); do
		rm -rf "$DIR/server" "$DIR/git" "$XDG_STATE_HOME/chancery" # the archive is always the same one
		cp -a "$CHANCERY_ARCHIVE" "$DIR/server"
		cp -a "$DIR/stock" "$DIR/git"
		round "$DIR/server" "$per" >>"$DIR/ours"
		[ "$(cat "$DIR"/answer.* | grep -c '^remote: accepted ')" -eq "$ACTS" ] || { grep -hv 'remote: accepted' "$DIR"/answer.*; exit 1; } >&2
		chancery-verify -q -A "$DIR/server"
		pages=$(git -C "$DIR/server" rev-list --first-parent --count main)
		round "$DIR/git" "$per" >>"$DIR/theirs"
	done
	awk -v acts="$ACTS" -v clients="$CLIENTS" -v per="$per" -v ours="$(median "$DIR/ours" 1)" -v theirs="$(median "$DIR/theirs" 1)" -v pages="$pages" \
		-v cpu="$(median "$DIR/ours" 2)" -v their_cpu="$(median "$DIR/theirs" 2)" \
		-v server="$(median "$DIR/ours" 3)" -v their_server="$(median "$DIR/theirs" 3)" 'BEGIN {
		printf "push, %d clients at once, %d acts a push: %.1f acts registered/s on %d pages, stock git without hooks %.1f, ratio %.2f; " \
			"per core-second %.0f and %.0f, of the server alone %.0f and %.0f\n",
			clients, per, acts / ours, pages, acts / theirs, theirs / ours, acts / cpu, acts / their_cpu, acts / server, acts / their_server }'
done
