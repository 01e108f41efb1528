#!/bin/bash
# The drive among the programs of a system: mount(8) and fstab, as root and as a user; a supervisor that is told; signals; statfs; --trace.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
mkdir "$DRIVE"

# sd_notify(3): what the supervisor hears, in order; by a file and by a name in the abstract name space ("@").
listen() {
	perl -MIO::Socket::UNIX -e '
		my $s = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0] =~ s/^@/\0/r) or die;
		$| = 1;
		print "listens\n";
		while (defined $s->recv(my $m, 4096)) { print $m; exit if $m =~ /STOPPING/ }' "$1"
}
for name in "$PWD/notify" @chancery-$$; do
	listen "$name" >heard &
	listener=$!
	wait_for grep -q listens heard
	NOTIFY_SOCKET=$name drive
	wait_for grep -q READY=1 heard
	mountpoint -q "$DRIVE"
	drive_end
	wait $listener
	printf '%s\n' listens READY=1 STATUS=mounted STOPPING=1 STATUS=saving | check_output heard
done

# Where much is to be verified that is said meanwhile, on a terminal, too; and a start gets more time.
"$BUILD/tests/helpers/many" many 85 >many.log
pages=$(git -C many rev-list --count --first-parent main)
if [ "$pages" -lt 256 ] || [ "$pages" -ge 512 ]; then fail "$pages pages"; fi
rm -f many/chancery/memory*
listen "$PWD/progress" >heard &
listener=$!
wait_for grep -q listens heard
CHANCERY_ARCHIVE=many NOTIFY_SOCKET=$PWD/progress drive
drive_end
wait $listener
printf '%s\n' listens 'STATUS=256 pages of the register verified' EXTEND_TIMEOUT_USEC=60000000 READY=1 STATUS=mounted STOPPING=1 STATUS=saving | check_output heard
rm -f many/chancery/memory*
script -qec "chanceryfs -A many '$DRIVE'" /dev/null >shown </dev/null
check_has shown 'chanceryfs: 256 pages of the register verified'
fusermount3 -u "$DRIVE"

# SIGHUP does not end it; statfs is what the archive's file system says.
drive
kill -HUP "$DRIVE_PID"
mkdir "$DRIVE/files/lib"
echo still >"$DRIVE/files/lib/f"
free() { stat -f -c '%S %b %c' "$1"; }
[ "$(free "$DRIVE")" = "$(free "$CHANCERY_ARCHIVE")" ] || fail "statfs: $(free "$DRIVE"), not $(free "$CHANCERY_ARCHIVE")"
[ "$(stat -f -c %l "$DRIVE")" = 150 ] || fail 'longest name'
drive_end

# --trace: each request once, with its result.
drive --trace
cat "$DRIVE/files/lib/f" >/dev/null
check_status 1 cat "$DRIVE/files/lib/missing"
check_status 1 touch "$DRIVE/files/lib/a:b"
drive_end
for line in $'lookup\tfiles\t0' $'lookup\tmissing\t0' $'create\ta:b\tEINVAL' $'lookup\tlib\t0'; do
	[ "$(grep -cP "^$line\t[0-9]+\$" "$TEST_DIR/drive.err")" = 1 ] || fail "--trace: '$line' in $(cat "$TEST_DIR/drive.err")"
done

# mount(8): a namespace has our helper in /sbin, our fstab, and /dev/fuse for everybody, as it is under udev.
[ "$(id -u)" = 0 ] || skip "mount(8) needs root; the rest passed"
mkdir sbin dev
sed "s,^set -- chanceryfs,set -- $BUILD/chanceryfs," "$SRC/system/mount.chanceryfs" >sbin/mount.chanceryfs
chmod 755 sbin/mount.chanceryfs
inside() {
	unshare -m --propagation private bash -euc "
		mount -t overlay overlay -o lowerdir=$PWD/sbin:/usr/sbin /usr/sbin
		mount --bind $PWD/fstab /etc/fstab
		mount -t tmpfs tmpfs $PWD/dev
		mknod -m 666 $PWD/dev/fuse c 10 229
		mount --bind $PWD/dev/fuse /dev/fuse
		$1"
}
printf '%s %s chanceryfs noauto,nofail,x-systemd.automount,commit=1 0 0\n' "$CHANCERY_ARCHIVE" "$DRIVE" >fstab
inside "mount $DRIVE; mountpoint -q $DRIVE; cat $DRIVE/files/lib/f; echo by mount >$DRIVE/files/lib/g; umount $DRIVE" >out
echo still | check_output out
is_free() { chancery-status | grep -q 'not mounted'; }
wait_for is_free
echo 'by mount' >expected
saved files/lib/g expected

# As somebody else: the drive is his, whose archive it is, and what it makes as well. By `user` he mounts it himself.
chmod 711 "$TEST_DIR"
mkdir "$TEST_DIR/his"
cp -a "$CHANCERY_ARCHIVE" "$TEST_DIR/his/archive"
mkdir "$TEST_DIR/his/drive"
chown -R nobody:nogroup "$TEST_DIR/his"
printf '%s %s chanceryfs noauto,user 0 0\n' "$TEST_DIR/his/archive" "$TEST_DIR/his/drive" >fstab
his="setpriv --reuid $(id -u nobody) --regid $(id -g nobody) --clear-groups env -u XDG_STATE_HOME -u XDG_CACHE_HOME HOME=$TEST_DIR/his"
inside "
	mount $TEST_DIR/his/drive
	$his mkdir $TEST_DIR/his/drive/files/his
	$his touch $TEST_DIR/his/drive/files/his/f
	! ls $TEST_DIR/his/drive 2>/dev/null
	umount $TEST_DIR/his/drive
	until $his $BUILD/chancery-status -A $TEST_DIR/his/archive | grep -q 'not mounted'; do :; done
	$his mount $TEST_DIR/his/drive
	$his cat $TEST_DIR/his/drive/files/his/f
	$his umount $TEST_DIR/his/drive"
[ -z "$(find "$TEST_DIR/his/archive" ! -user nobody)" ] || fail "not his: $(find "$TEST_DIR/his/archive" ! -user nobody)"
git -C "$TEST_DIR/his/archive" -c safe.directory='*' cat-file -e main:files/his/f

# Its arguments.
check_status 2 sbin/mount.chanceryfs "$CHANCERY_ARCHIVE"
check_status 0 sbin/mount.chanceryfs "$CHANCERY_ARCHIVE" "$DRIVE" -f
check_status 74 sbin/mount.chanceryfs missing "$DRIVE" -o rw
inside "systemd-analyze verify --man=no $SRC/system/chanceryfs@.service"
