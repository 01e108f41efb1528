#!/bin/bash
# What tests/run promises, checked on a tree of small tests: a runner that cannot fail proves nothing.
. "$(dirname "$0")/../lib.sh"

mkdir -p tree/tests/cli tree/build
cp "$SRC/tests/run" "$SRC/tests/run-one" "$SRC/tests/lib.sh" tree/tests/

script() {
	{ echo ". '$SRC/tests/lib.sh'"; cat; } >"tree/tests/cli/$1.sh"
}

run() {
	env -u BUILD tree/tests/run "$@"
}

check_status 1 run
check_has out 'no test was executed' '0 passed, 0 failed, 0 skipped'

script good <<<'check_status 3 sh -c "echo said; exit 3"; check_output out <<<said'
check_status 0 run
[ "$(tail -n 1 out)" = '1 passed, 0 failed, 0 skipped' ] || fail "not the last line"

script skipped <<<'skip "no such thing here"'
script status <<<'check_status 1 sh -c "exit 2"'
script output <<<'echo a >file; check_output file <<<b'
script plain <<<'false; true'
script endless <<'END'
# timeout: 1
sleep 1000
END
check_status 1 run
check_has out 'skip  cli/skipped: no such thing here' 'exit status 2 instead of 1' "'file' is not as expected" \
	'FAIL  cli/plain: exit status 1' 'FAIL  cli/endless: no end after 1 s' '1 passed, 4 failed, 1 skipped'
check_status 1 run skipped
check_status 0 run good
check_status 2 run good cli/good.sh
rm tree/tests/cli/*

# Nothing that a test starts outlives it, in whatever session, nor does what it mounts; what it was told of the caller is gone.
script leftover <<END
setsid sleep 1001 & setsid sh -c 'trap "" TERM; while :; do sleep 0.2; done' & echo \$! >"$PWD/pid"
[ -z "\${SECRET:-}" ] && [ "\$HOME" != "$HOME" ] && [ "\$GNUPGHOME" != "$GNUPGHOME" ]
make_person anna
[ "\$(fingerprint anna | wc -c)" -eq 41 ]
echo "\$TEST_DIR" >"$PWD/where"
END
SECRET=1 check_status 0 run
where=$(cat where)
[ ! -e "$where" ] || fail "'$where' was left"
! grep -lzsxF "TEST_DIR=$where" /proc/[0-9]*/environ || fail "a process was left"

script mounted <<END
echo "\$TEST_DIR" >"$PWD/where"
mkdir under && mount -t tmpfs none under || skip "may not mount"
touch under/file
END
check_status "$([ "$(id -u)" -eq 0 ] && echo 0 || echo 1)" run mounted
! grep -qF "$(cat where)" /proc/self/mountinfo || fail "a mount was left"
