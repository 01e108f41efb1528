#!/bin/bash
# timeout: 900
# A sync that fails and is taken for one that did not; a death between any two of them, so that a journal is replayed whose acts main has already. For each sync
# that a tool or the drive does, one run in which it fails or is the last thing to happen.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# At the sync of number SYNC_AT of a process, or at all while the file SYNC_FAILS exists: EIO; with SYNC_KILLS set the process ends there. SYNC_MET is a file that
# then is there.
cat >sync.c <<'END'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static int
at(const char *name, int fd)
{
	static atomic_int count;
	const char *wanted = getenv("SYNC_AT"), *fails = getenv("SYNC_FAILS");
	int here = ++count;

	if ((wanted && here == atoi(wanted)) || (fails && access(fails, F_OK) == 0)) {
		const char *met = getenv("SYNC_MET");

		if (met)
			close(open(met, O_WRONLY | O_CREAT, 0600));
		if (getenv("SYNC_KILLS"))
			raise(SIGKILL);
		errno = EIO;
		return -1;
	}
	return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}

int fsync(int fd) { return at("fsync", fd); }
int fdatasync(int fd) { return at("fdatasync", fd); }
END
gcc -shared -fPIC -o sync.so sync.c -ldl

archive
main() { git -C "$CHANCERY_ARCHIVE" rev-parse main; }
# admitted ID: in main, once.
admitted() { [ "$(git -C "$CHANCERY_ARCHIVE" ls-tree -r --name-only main people | grep -c "/$1/person\.1\$")" -eq 1 ]; }

# ---- a tool: each sync fails once, or is the last ----
for how in fails kills; do
	n=0
	export SYNC_MET=$PWD/met
	touch met
	while [ -e met ]; do
		rm met
		n=$((n + 1)) id=$how-$((n + 1))
		[ "$n" -lt 40 ] || fail 'no end of syncs'
		before=$(main) status=0
		if [ "$how" = kills ]; then export SYNC_KILLS=1; fi
		SYNC_AT=$n as alice env LD_PRELOAD="$PWD/sync.so" people-add -q --role employee "$id" 2>said || status=$?
		unset SYNC_KILLS
		check_status 0 chancery-verify -q
		if [ "$status" -eq 0 ]; then
			# What is only remembered, or tidied up, may fail: it is said, and changes nothing.
			admitted "$id" || fail "sync $n failed, and '$id' was taken for registered"
		elif [ "$how" = fails ]; then
			[ "$status" -eq 74 ] || fail "exit status $status: $(cat said)"
			check_has said 'people-add: '
			# Not acknowledged: whole (the last sync is that of the directory in which main has moved) or absent, and then made again.
			[ "$before" != "$(main)" ] || check_status 0 as alice people-add -q --role employee "$id"
			admitted "$id" || fail "'$id' is not registered once"
		fi
	done
	[ "$n" -gt 4 ] || fail "only $((n - 1)) syncs"
	echo "people-add: each of $((n - 1)) syncs $how"
done

# ---- the drive: what it has acknowledged, after whichever sync it dies, is there once ----
# doomed: the drive, of which nobody knows how long it lives; it may die before it is mounted.
doomed() {
	mkdir -p "$DRIVE"
	SYNC_KILLS=1 SYNC_AT=$1 LD_PRELOAD=$PWD/sync.so chanceryfs -f "$DRIVE" 2>"$TEST_DIR/drive.err" &
	DRIVE_PID=$!
	wait_for mounted_or_ended
}
: >expected
drive
mkdir "$DRIVE/files/lib"
drive_end
for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
	doomed "$n"
	for line in 1 2 3; do
		echo "$n $line" >text
		mountpoint -q "$DRIVE" || break
		# Acknowledged: appended, synced, and closed without an error; else it may be there or not.
		if dd if=text of="$DRIVE/files/lib/f" oflag=append conv=notrunc,fsync status=none 2>/dev/null; then echo "$n $line acknowledged" >>expected; else break; fi
		chancery-commit -q 2>/dev/null || break
	done
	kill -9 "$DRIVE_PID" 2>/dev/null || :
	wait "$DRIVE_PID" 2>/dev/null || :
	fusermount3 -uz "$DRIVE" 2>/dev/null || :
	drive
	# A lock of main that the dead one left is its own for two seconds more, as far as anybody can tell: try again later.
	wait_for chancery-commit -q
	touch "$DRIVE/files/lib/f"
	while read -r a b _; do
		[ "$(grep -cx "$a $b" "$DRIVE/files/lib/f")" -eq 1 ] || fail "'$a $b' is not there once: $(cat "$DRIVE/files/lib/f")"
	done <expected
	[ -z "$(sort "$DRIVE/files/lib/f" | uniq -d)" ] || fail "twice: $(sort "$DRIVE/files/lib/f" | uniq -d)"
	check_status 0 chancery-commit
	saved files/lib/f "$DRIVE/files/lib/f"
	check_status 0 chancery-verify -q
	drive_end
done
echo "the drive: $(wc -l <expected) lines acknowledged over 12 deaths"
[ "$(wc -l <expected)" -ge 5 ] || fail "only $(wc -l <expected) acknowledged"

# ---- the drive: after a sync that failed nothing is acknowledged any more, though the next would succeed ----
export SYNC_FAILS=$TEST_DIR/fails
LD_PRELOAD=$PWD/sync.so drive
write() { dd if=text of="$DRIVE/files/lib/$1" conv=fsync status=none; }
check_status 0 write before
touch "$SYNC_FAILS"
check_status 1 write while
check_has err 'Input/output error'
rm "$SYNC_FAILS"
check_status 1 write after
check_has err 'Input/output error'
drive_kill
drive
check_status 0 write again
chancery-commit -q
for name in before again; do saved "files/lib/$name" text; done
check_status 0 chancery-verify -q
drive_end
