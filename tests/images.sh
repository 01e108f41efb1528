# The images of the seal, as their sources are now. Sourced after lib.sh by tests that run one:
#
#	images    builds what is not up to date; skips where there is no compiler for them
# shellcheck shell=bash

# Headers are known under the name of the build directory that the caller of make used: the relative one.
images() {
	command -v arm-none-eabi-gcc qemu-system-arm >/dev/null || skip 'no compiler or no emulator for the seal; make deps-firmware installs both'
	flock "$BUILD/images.lock" make -s -C "$SRC" BUILD="$(realpath --relative-to="$SRC" "$BUILD")" images >"$TEST_DIR/images.log"
}
