#!/bin/bash
# timeout: 1500
# Clients at once by SMB and FTP, each sending, fetching, renaming and removing: no error, everything as it was sent, and the drive does not grow. In `make soak`
# 50 of them for ten minutes, otherwise some for a few rounds.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../users.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"
. "$(dirname "$0")/../servers.sh"

clients=4 rounds=3 seconds=0
[ "$SOAK" = 0 ] || clients=50 rounds=0 seconds=600

# What it has of its own: pages of packs that are mapped are the kernel's to take away.
own() { awk '/^RssAnon/ { print $2 }' "/proc/$DRIVE_PID/status"; }
peak() { sort -n "$1" | tail -n 1; }

by_ftp() {
	ftp bob -T "$1/sent" "$ftp/files/lib/$1/f$2"
	ftp bob "$ftp/files/lib/$1/f$2" -o "$1/got"
	cmp "$1/sent" "$1/got"
	ftp bob -s -Q "-RNFR f$2" -Q "-RNTO g$2" -l "$ftp/files/lib/$1/" >/dev/null
	[ -z "$3" ] || ftp bob -s -Q "-DELE g$3" -l "$ftp/files/lib/$1/" >/dev/null
}

by_smb() {
	smb frank "cd files/lib/$1; put $1/sent f$2; get f$2 $1/got; rename f$2 g$2${3:+; del g$3}" >"$1/said" 2>&1 || { cat "$1/said"; return 1; }
	cmp "$1/sent" "$1/got"
}

# client NAME: until the time is over; what goes wrong is in NAME/wrong.
client() {
	local n=0 old='' # twenty rounds ago

	mkdir "$1"
	while [ "$n" -lt "$rounds" ] || [ "$SECONDS" -lt "$seconds" ]; do
		n=$((n + 1))
		head -c $((RANDOM * 4 + 1)) /dev/urandom >"$1/sent"
		[ "$n" -le 20 ] || old=$((n - 20))
		if [ $((RANDOM % 2)) = 0 ]; then by_ftp "$1" "$n" "$old"; else by_smb "$1" "$n" "$old"; fi || echo "round $n" >>"$1/wrong"
		echo >>"$1/done"
	done 2>>"$1/errors"
}

done_rounds() { cat c*/done 2>/dev/null | wc -l; }
small() { [ "$(own)" -lt 98304 ]; }

office S-0007
office_allows 'employee save files/lib'
drive -o allow_other
mkdir "$DRIVE/files/lib"
for n in $(seq "$clients"); do mkdir "$DRIVE/files/lib/c$n"; done
start_ftp
start_smb
SECONDS=0
pids=()
for n in $(seq "$clients"); do
	client "c$n" &
	pids+=($!)
done
while kill -0 "${pids[@]}" 2>/dev/null; do
	own >>memory
	sleep 0.5
done
for pid in "${pids[@]}"; do wait "$pid"; done
[ -z "$(find . -path './c*/wrong')" ] || fail "$(head -n 5 c*/wrong c*/errors)"
echo "$clients clients, $(done_rounds) rounds in $SECONDS s; at most $(peak memory) KiB of its own"
# However long it goes on: what waits to be saved, at most the twenty files that a client has, of 64 KiB on average, as they are and as they were when saving began,
# and rounded up; 64 MiB of objects, and the pack that is made of them; 64 MiB that were read (fs/mount/blobs.h); and what it has without any of that.
[ "$(peak memory)" -lt $((229376 + clients * 4096)) ] || fail 'it grows'

chancery-commit -q
git -C "$CHANCERY_ARCHIVE" archive main files/lib | tar xf -
diff -r files/lib "$DRIVE/files/lib"
# When all is saved there is what was read, and little else.
wait_for small
drive_end
check_status 0 chancery-verify
