#!/bin/bash
# What `make demo` leaves in build/ is no part of the build: gpg, too, has names that end in .d.
. "$(dirname "$0")/../lib.sh"

mkdir -p build/demo/auditor/private-keys-v1.d
check_status 0 make -C "$SRC" BUILD="$PWD/build" help

# What it asks tests/run for is there: that refuses a name which no test has.
check_status 0 make -n -C "$SRC" BUILD="$BUILD" soak
read -ra patterns < <(sed -n 's,.* tests/run ,,p' out)
for pattern in "${patterns[@]}"; do
	compgen -G "$SRC/tests/$pattern*" >/dev/null || fail "the Makefile runs '$pattern', which no test has in its name"
done
