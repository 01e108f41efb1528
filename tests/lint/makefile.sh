#!/bin/bash
# What `make demo` leaves in build/ is no part of the build: gpg, too, has names that end in .d.
. "$(dirname "$0")/../lib.sh"

mkdir -p build/demo/auditor/private-keys-v1.d
check_status 0 make -C "$SRC" BUILD="$PWD/build" help
