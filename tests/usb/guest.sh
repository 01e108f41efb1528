# A stock kernel with USB, where this machine's has none: Debian's, in QEMU, with this machine's files as its own (what it writes stays in its memory). Sourced after
# lib.sh:
#
#	guest_kernel             fetches Debian's kernel into the cache, without installing it, and makes $TEST_DIR/initrd of it
#	guest SOCKET SCRIPT      boots, a usbredir device on SOCKET attached, and runs SCRIPT there as root; its exit status. The machine's files are also, as
#	                         they are at the moment, below /mnt
# shellcheck shell=bash

LINUX=$SRC/build/cache/linux
GUEST_MODULES='virtio_pci 9p 9pnet_virtio overlay xhci_pci'

fetch_linux() {
	local package

	[ ! -e "$LINUX/boot" ] || return 0
	package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: //p' | head -n 1)
	rm -rf "$LINUX.new"
	mkdir -p "$LINUX.new"
	(cd "$LINUX.new" && apt-get -qq download "$package" && dpkg-deb --fsys-tarfile ./*.deb |
		tar -x --wildcards './boot/vmlinuz-*' './lib/modules/*/kernel/'{drivers/{usb,virtio},net/9p,fs/{9p,netfs,fscache,overlayfs}} && rm ./*.deb) >&2
	mv "$LINUX.new" "$LINUX"
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

guest() {
	timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 768 -smp 2 -nodefaults -display none -no-reboot -serial stdio \
		-kernel "$(echo "$LINUX"/boot/vmlinuz-*)" -initrd "$TEST_DIR/initrd" -append "console=ttyS0 quiet panic=-1 loglevel=3 script=$2" \
		-fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=host,mount_tag=host \
		-device qemu-xhci -chardev "socket,id=seal,path=$1" -device usb-redir,chardev=seal </dev/null | tr -d '\r' | tee "$TEST_DIR/console"
	return "$(sed -n 's/^guest: exit //p' "$TEST_DIR/console" | tail -n 1 | grep . || echo 99)"
}
