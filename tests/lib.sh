# What test scripts source: . "$(dirname "$0")/../lib.sh"
#
# A script runs in the empty directory $TEST_DIR/work with a home of its own, the programs of $BUILD first in PATH and $SRC naming the
# source. The first failing command ends it. Started by hand it runs itself through tests/run.
# shellcheck shell=bash

if [ -z "${TEST_DIR:-}" ]; then
	here=$(cd "$(dirname "$0")" && pwd)
	exec "$here/../run" -s "$(basename "$here")/$(basename "$0" .sh)"
fi

set -eu -o pipefail
trap 'echo "$0:$LINENO: exit status $?: $BASH_COMMAND" >&2' ERR
set -E

fail() {
	trap - ERR
	echo "${BASH_SOURCE[-1]}:${BASH_LINENO[-2]}: $*" >&2
	exit 1
}

skip() {
	trap - ERR
	echo "skip: $*"
	exit 77
}

# check_status N command...: it ends with exactly that status. What it prints is in the files `out` and `err`.
check_status() {
	local expected=$1 status=0
	shift

	"$@" >out 2>err || status=$?
	[ "$status" -eq "$expected" ] || {
		sed 's/^/out: /' out >&2
		sed 's/^/err: /' err >&2
		fail "exit status $status instead of $expected: $*"
	}
}

# check_output FILE <<EOF: the file holds exactly what is on standard input.
check_output() {
	diff -u --label expected --label "$1" - "$1" >&2 || fail "'$1' is not as expected"
}

# check_has FILE text...: each text is in the file.
check_has() {
	local file=$1 text
	shift

	for text; do
		grep -qF -e "$text" "$file" || { cat "$file" >&2; fail "'$file' does not contain '$text'"; }
	done
}

# wait_for [-t SECONDS] command...: until it succeeds; 60 seconds unless told.
wait_for() {
	local seconds=60 end
	[ "$1" != -t ] || { seconds=$2; shift 2; }

	end=$((SECONDS + seconds + 1))
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || fail "still not so after $seconds s: $*"
		sleep 0.05
	done
}

# unlogged command...: a sanitizer that is to log to a file does not survive umockdev's preloaded library; its exit status tells as well.
unlogged() {
	ASAN_OPTIONS=${ASAN_OPTIONS/log_path=*/} UBSAN_OPTIONS=${UBSAN_OPTIONS/log_path=*/} "$@"
}

# In a mount namespace of its own: what another test has mounted is not to stay so because there is a copy here. Some may be gone before it is their turn, and an ordinary
# user's namespace may not let go of what it has not mounted: then the other test waits for this one, no more.
let_others_unmount() {
	awk -v own="$TEST_DIR/" '/ - fuse/ && index($5, own) != 1 { print $5 }' /proc/self/mountinfo | tac | xargs -r -n 1 umount -l 2>/dev/null || true
}

# make_person NAME...: somebody with a home and a throw-away Ed25519 key without passphrase or expiry.
make_person() {
	local name

	for name; do
		mkdir -p "$TEST_DIR/people/$name/.gnupg"
		chmod 700 "$TEST_DIR/people/$name/.gnupg"
		# Else each agent takes two of the 128 inotify instances that a user has.
		echo disable-check-own-socket >"$TEST_DIR/people/$name/.gnupg/gpg-agent.conf"
		as "$name" gpg --quiet --batch --no-tty --pinentry-mode loopback --passphrase '' \
			--quick-generate-key "$name <$name@example.org>" ed25519 sign never 2>/dev/null
	done
}

# as NAME command...: with that person's home, keys and configuration.
as() {
	local home=$TEST_DIR/people/$1
	shift

	env HOME="$home" GNUPGHOME="$home/.gnupg" XDG_CONFIG_HOME="$home/.config" XDG_STATE_HOME="$home/.local/state" \
		XDG_CACHE_HOME="$home/.cache" XDG_DATA_HOME="$home/.local/share" "$@"
}

# fingerprint NAME: of the person's key, in lower case as statements have it.
fingerprint() {
	as "$1" gpg --batch --with-colons --list-secret-keys | awk -F: '$1 == "fpr" && !n++ { print tolower($10) }'
}
