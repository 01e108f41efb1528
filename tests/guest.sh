# A stock kernel with USB, where this machine's has none: Debian's, in QEMU, with this machine's files as its own (what it writes stays in its memory). Sourced after
# lib.sh:
#
#	guest_kernel             fetches Debian's kernel into the cache, without installing it, and makes $TEST_DIR/initrd of it
#	guest_office PRESSES     that, and an office with a seal and so many presses approved (office-sim.sh); skips where there is no emulator
#	guest SCRIPT SOCKET...   boots, a usbredir device on each SOCKET attached, and runs SCRIPT there as root; its exit status. The machine's files are also, as
#	                         they are at the moment, below /mnt. What it says is in $TEST_DIR/console, too. Whose socket has gone is out of its port, until it is
#	                         back
#	in_guest                 the beginning of such a script, for bob's tools: as_bob, with his home and the seal's display as his camera; `person`, setpriv
#	                         to an ordinary user; `attach`, udev with the rules that there are
# shellcheck shell=bash

LINUX=$SRC/build/cache/linux
GUEST_MODULES='virtio_pci 9p 9pnet_virtio overlay xhci_pci uvcvideo'

# One at a time: what they fetch is shared.
fetch_linux() {
	local package

	mkdir -p "$(dirname "$LINUX")"
	exec {lock}>"$LINUX.lock"
	flock "$lock"
	if ! compgen -G "$LINUX/lib/modules/*/kernel/drivers/media/usb/uvc" >/dev/null; then
		package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p' | head -n 1)
		rm -rf "$LINUX.new"
		mkdir -p "$LINUX.new"
		(cd "$LINUX.new" && apt-get -qq download "$package" && dpkg-deb --fsys-tarfile ./*.deb |
			tar -x --wildcards './boot/vmlinuz-*' './lib/modules/*/kernel/'{drivers/{usb,virtio,media/{mc,v4l2-core,common/videobuf2,usb/uvc}},net/9p,fs/{9p,netfs,fscache,overlayfs}} && rm ./*.deb) >&2
		rm -rf "$LINUX"
		mv "$LINUX.new" "$LINUX"
	fi
	exec {lock}>&-
}

# module NAME: its file, after those that it needs.
module() {
	local file need

	[[ $modules != *" ${1//-/_} "* ]] || return 0
	modules+="${1//-/_} "
	file=$(find "$LINUX/lib/modules" -name "${1//_/[-_]}.ko")
	[ -n "$file" ] || return 0
	for need in $(objcopy -O binary -j .modinfo "$file" /dev/stdout | tr '\0' '\n' | sed -n 's/^depends=//p' | tr ',' ' '); do module "$need"; done
	echo "$file"
}

guest_kernel() {
	local modules=' ' name root=$TEST_DIR/initrd.root number=10

	fetch_linux
	mkdir -p "$root"/{bin,modules,proc,sys,dev,host,up,new}
	cp /bin/busybox "$root/bin/busybox"
	cp "$SRC/tests/usb/init" "$root/init"
	for name in $GUEST_MODULES; do module "$name"; done >"$TEST_DIR/modules"
	while read -r name; do
		cp "$name" "$root/modules/$((number++)).ko"
	done <"$TEST_DIR/modules"
	(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$TEST_DIR/initrd"
}

guest_office() {
	command -v qemu-system-x86_64 busybox >/dev/null || skip 'no emulator or no busybox; make check-usb installs both'
	guest_kernel
	office_sim
	approved --presses "$1"
	chmod 755 "$TEST_DIR" # whoever is no root there has to see the display
}

in_guest() {
	cat <<-END
		set -eu -o pipefail
		person() { setpriv --reuid 1000 --regid 1000 "\$@"; }
		as_bob=(env PATH=$BUILD:$BUILD/tests/helpers:/usr/bin:/bin TERM=dumb CHANCERY_ARCHIVE=$CHANCERY_ARCHIVE CHANCERY_CAMERA='camera /mnt$TEST_DIR/seal.pgm'
			HOME=$TEST_DIR/people/bob GNUPGHOME=$TEST_DIR/people/bob/.gnupg GIT_CONFIG_NOSYSTEM=1)
		group() { getent group "\$1" | cut -d : -f 3; }
		chown -R 1000:1000 "$TEST_DIR/people/bob" "$CHANCERY_ARCHIVE"
		find "$TEST_DIR/people/bob" -type s -delete
		attach() {
			udevadm control --reload
			udevadm trigger --action=add --subsystem-match=usb --subsystem-match=video4linux
			udevadm settle
		}
		/lib/systemd/systemd-udevd --daemon
		getent group plugdev >/dev/null || groupadd -r plugdev
	END
}

guest() {
	local script=$1 socket number=0 devices=()
	shift

	for socket; do devices+=(-chardev "socket,id=plug$number,path=$socket,reconnect=1" -device "usb-redir,chardev=plug$((number++))"); done
	# A timer that the emulator is late with on a busy machine is none that does not work: no_timer_check.
	timeout 400 qemu-system-x86_64 -accel tcg -cpu max -m 768 -smp 2 -nodefaults -display none -no-reboot -serial stdio \
		-kernel "$(echo "$LINUX"/boot/vmlinuz-*)" -initrd "$TEST_DIR/initrd" -append "console=ttyS0 quiet panic=-1 loglevel=3 no_timer_check script=$script" \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
		-device qemu-xhci "${devices[@]}" </dev/null | sed -u 's,\r,,g' | tee "$TEST_DIR/console"
	return "$(sed -n 's/^guest: exit //p' "$TEST_DIR/console" | tail -n 1 | grep . || echo 99)"
}
