#!/bin/bash
# A drive gives up a segment of its journal while a tool looks at it: the tool looks again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# Each third segment that is opened is gone.
gcc -shared -fPIC -o gone.so -x c - -ldl <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

int
openat(int directory, const char *name, int flags, ...)
{
	static int (*real)(int, const char *, int, int);
	static int opened;

	if (real == NULL)
		real = (int (*)(int, const char *, int, int))dlsym(RTLD_NEXT, "openat");
	if (strncmp(name, "segment.", 8) == 0 && opened++ % 3 == 0) {
		errno = ENOENT;
		return -1;
	}
	return real(directory, name, flags, 0600);
}
END
archive
drive -o commit=3600 # by itself it saves a moment after a close
mkdir -p "$DRIVE/files/d1"
echo draft >"$DRIVE/files/d1/a.txt"
drive_kill
check_status 0 env LD_PRELOAD="$PWD/gone.so" chancery-status
grep '^journal' out >looked
check_status 0 chancery-status
grep '^journal' out | check_output looked
! grep -q '	0$' looked || fail 'nothing is unsaved'
