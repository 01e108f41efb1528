# Chancery. Every directory is a layer; what a layer may link is said once, here. Dropping in a file is enough: sources are
# found by wildcard, header dependencies are generated. `make help` lists what can be asked for.
#
#	fs/lib/wire  ->  libwire.a      freestanding: the bytes that host and seal both read
#	fs/lib/*     ->  libchancery.a  store, keys, records, register, seal, drive, extract    (libgit2, gpgme, libsodium, libarchive, ...)
#	fs/link      ->  liblink.a      the cable to the seal, and where we are    (libusb, libgps)
#	fs/match     ->  libmatch.a     cameras; what is in photos                 (zxing, zbar, libjpeg, libexif)
#	fs/render    ->  librender.a    reports: figures, charts, pages            (over libmatch.a)
#	fs/mount     ->  chanceryfs     the drive                                  (fuse3)
#	tools        ->  one program per file
#	system       ->  what mount(8) and systemd know the drive by
#	firmware     ->  libseal.a, and seal-sim on the host                       (umockdev); no tool links it. Images: firmware/arm.mk

BUILD ?= build
B := $(BUILD)
V ?=
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
DESTDIR ?=
# Where mount(8) looks, whatever the prefix.
SBIN ?= /sbin
FUZZ_SECONDS ?= 10
DOCUMENT ?=
SANITIZE ?=

ifeq ($(origin CC),default)
CC = gcc
endif
ifeq ($(origin CXX),default)
CXX = g++
endif

OPTIMISE = -O2 -g
WARN = -Wall -Wextra -Wshadow -Werror
WARN_C = -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla $(if $(findstring clang,$(CC)),,-Wno-format-truncation)
FORTIFY = -U_FORTIFY_SOURCE $(if $(SANITIZE),,-D_FORTIFY_SOURCE=2)
HARDEN = -fstack-protector-strong -fPIE $(FORTIFY)
# gcc's instrumentation makes it misjudge the size of arrays within structures.
SANITIZED = $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer $(if $(findstring clang,$(CC)),,-Wno-stringop-overread))

CPPFLAGS += -D_GNU_SOURCE -Ifs/lib -Ifs
ALL_CFLAGS = -std=c17 $(OPTIMISE) $(WARN) $(WARN_C) $(HARDEN) $(SANITIZED) $(CFLAGS)
ALL_CXXFLAGS = -std=c++17 $(OPTIMISE) $(WARN) $(HARDEN) $(SANITIZED) $(CXXFLAGS)
ALL_LDFLAGS = -pie -Wl,-z,relro,-z,now,--as-needed $(SANITIZED) $(LDFLAGS)

MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
Q := $(if $V,,@)
say = @printf '  %-7s %s\n' $1 $2

# ---- layers: objects, and the external libraries each brings along ------------------------------------------------------

objects = $(addprefix $B/,$(addsuffix .o,$(basename $(wildcard $1))))

wire := $(call objects,fs/lib/wire/*.c)
chancery := $(filter-out $(wire),$(call objects,fs/lib/*/*.c))
link := $(call objects,fs/link/*.c)
match := $(call objects,fs/match/*.c fs/match/*.cc)
render := $(call objects,fs/render/*.c)
seal := $(call objects,firmware/core/*.c)
port := $(filter-out $(addprefix $B/firmware/port/stm32f405/,main.o board.o slots.o clock.o registers.o),$(call objects,firmware/port/stm32f405/*.c firmware/port/usb/*.c firmware/port/arm/scalar.c firmware/port/arm/sha512.c))
layers := wire chancery link match render seal port

mount := $(call objects,fs/mount/*.c)
port_host := $(call objects,firmware/port/host/*.c)
doctor := $(call objects,tools/doctor_*.c)
# recovery.c is for who has a seal on the cable.
tools_seal := $(call objects,tools/recovery.c)
tools := $(call objects,$(shell grep -l '^main\>' tools/*.c))
tools_shared := $(filter-out $(tools) $(tools_seal) $(doctor),$(call objects,tools/*.c))

# pkg-config is asked when a rule first needs the answer, since `make deps` may have to install it before.
lazy = $(eval $1 = $$(eval $1 := $$(shell $2))$$($1))
libraries = $(call lazy,libs_$1,pkg-config --libs $2)$(call lazy,cflags_$1,pkg-config --cflags $2 | sed 's/-I/-isystem /g')

$(call libraries,chancery,libgit2 gpgme libsodium libarchive libcrypto sqlite3 zlib libdeflate libisal jansson)
$(call libraries,link,libusb-1.0 libgps)
$(call libraries,match,zxing zbar libexif libjpeg)
$(call libraries,mount,fuse3)
$(call libraries,port_host,umockdev-1.0 gio-2.0 libusbredirparser-0.5 libsodium libcrypto)
needs_chancery = $(libs_chancery) -lunistring -lm -pthread
needs_link = $(libs_link)
needs_match = $(libs_match) -lstdc++ -lm

$B/fs/lib/wire/%.o $B/firmware/core/%.o: FORTIFY = -U_FORTIFY_SOURCE
$B/fs/link/%.o: CPPFLAGS += $(cflags_link)
$B/fs/match/%.o: CPPFLAGS += $(cflags_match)
$B/fs/mount/%.o: CPPFLAGS += $(cflags_mount)
$B/firmware/%.o: CPPFLAGS += -Ifirmware -Ifirmware/port
$B/firmware/port/host/%.o: CPPFLAGS += $(cflags_port_host)
$B/tests/%.o: CPPFLAGS += -Ifirmware -Ifirmware/port -Itools -Itests $(cflags_link) $(cflags_port_host)

archives = $(foreach layer,$1,$B/lib$(layer).a)
brought = $(foreach archive,$(filter %.a,$1),$(needs_$(patsubst lib%,%,$(basename $(notdir $(archive))))))

# ---- programs: what each one is made of ---------------------------------------------------------------------------------

program = $(addprefix $B/,$(notdir $(basename $1)))
in_place = $(patsubst %.o,%,$1)

TOOLS := $(call program,$(tools))
UNITS := $(call in_place,$(call objects,tests/unit/*.c))
HELPERS := $(call in_place,$(call objects,tests/helpers/*.c))
FUZZERS := $(call in_place,$(call objects,tests/fuzz/*.c))
DRIVE := $(if $(mount),$B/chanceryfs)
SEAL := $(if $(port_host),$B/seal-sim)

all: $(call archives,$(layers)) $(TOOLS) $(DRIVE) $(SEAL)

$(TOOLS): $B/%: $B/tools/%.o $(tools_shared) $(call archives,chancery wire)
$B/seal-unlock: $(tools_seal) $(call archives,link match)
$B/seal-enrol $B/seal-release $B/seal-update: $(call archives,link)
$B/seal-photo: $(call archives,match)
$B/chancery-report: $(call archives,render match)
$B/chancery-doctor: $(doctor)
$(DRIVE): $(mount) $(call archives,chancery wire)
$(DRIVE): needs_chancery += $(libs_mount)
$(SEAL): $(port_host) $(call archives,seal port wire binding)
$(SEAL): needs_binding = $(libs_port_host)
$(UNITS) $(HELPERS): %: %.o $(call archives,seal port match render link chancery wire)
$(UNITS) $(HELPERS): needs_seal = $(libs_port_host)
$B/tests/unit/inode: $(call objects,fs/mount/inode.c)
$B/tests/helpers/webcam: $(call objects,firmware/port/host/plug.c)
$B/tests/unit/stock: $(call objects,fs/mount/stock.c)
$B/tests/unit/push: $(call objects,fs/mount/push.c)
$B/tests/unit/push: needs_chancery += $(libs_mount)
$B/tests/unit/push.o: CPPFLAGS += $(cflags_mount)
$B/tests/helpers/sealskip: ENTRY = -Wl,--wrap=wire_ed25519_verify
$B/tests/helpers/bootskip $B/tests/helpers/imageskip: ENTRY = -lunicorn
$(FUZZERS): %: %.o $(call archives,seal port match chancery wire)

# Where each octet of a flash, each digit of a digest is compared with something, telling the fuzzer of it costs more than all else, and teaches it nothing;
# nor do the comparisons of its targets, which look at what was parsed.
ifneq ($(findstring fuzzer,$(SANITIZE)),)
$B/firmware/core/%.o $(addprefix $B/fs/lib/wire/, permit.o sha1.o text.o) $B/tests/fuzz/%.o: CFLAGS += -fno-sanitize-coverage=trace-cmp
endif

# wire/ leaves its cryptography open; the host binds it to libsodium. The simulated seal takes that one object of lib.
binding := $(call objects,fs/lib/base/crypto.c)
layers += binding

# ---- rules --------------------------------------------------------------------------------------------------------------

# Kept files of what a result was made of: another compiler, or a source that is gone, makes it anew.
built_with := $(CC) $(CXX) $(CPPFLAGS) $(ALL_CFLAGS) $(ALL_CXXFLAGS)
remember = @mkdir -p $(@D) && { echo '$1' | cmp -s - $@ || echo '$1' >$@; }

$B/flags: FORCE
	$(call remember,$(built_with))

$B/lib%.list: FORCE
	$(call remember,$($*))

$B/%.o: %.c $B/flags
	$(call say,CC,$<)
	$Q mkdir -p $(@D)
	$Q $(CC) $(CPPFLAGS) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$B/%.o: %.cc $B/flags
	$(call say,CXX,$<)
	$Q mkdir -p $(@D)
	$Q $(CXX) $(CPPFLAGS) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

.SECONDEXPANSION:
$B/lib%.a: $$($$*) $B/lib%.list
	$(call say,AR,$@)
	$Q rm -f $@
	$Q ar rcs $@ $(filter %.o,$^)

$(TOOLS) $(DRIVE) $(SEAL) $(UNITS) $(HELPERS) $(FUZZERS):
	$(call say,LINK,$@)
	$Q $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(call brought,$^) $(ENTRY)

-include $(shell find $(addprefix $B/,fs firmware tools tests) -name '*.d' -type f 2>/dev/null)

include firmware/arm.mk

# ---- what a person asks for ---------------------------------------------------------------------------------------------

help:
	@echo 'make deps      install the Debian packages of docs/packages that are missing; make deps-firmware: likewise'
	@echo 'make all       the libraries, tools, drive and simulated seal, in build/; make tests: what tests need besides'
	@echo 'make demo      one document on its way through approval, seal, receipts and audit; DOCUMENT=file for one of your own'
	@echo 'make check     every test; tests/run PATTERN for some of them'
	@echo 'make lint      layers, symbols, manual pages, scripts, warnings of both compilers'
	@echo 'make asan      every test with address, undefined-behaviour and leak sanitizers, in build/asan'
	@echo 'make fuzz      each parser for FUZZ_SECONDS=10, in build/fuzz; crashers join the corpus'
	@echo 'make soak      tests that go through many more rounds, for hours; make bench: measurements; make fmt: clang-format'
	@echo 'make firmware  the seal: its images, for the emulated boards and for its own, compared with firmware/HASHES; make firmware-hashes: after a change that was meant'
	@echo 'make check-usb one of them on a USB port of Debian'"'"'s kernel'
	@echo 'make install   PREFIX=/usr/local DESTDIR=; V=1 shows commands, BUILD=dir builds elsewhere'

APT = $(if $(filter-out 0,$(shell id -u)),sudo) env DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0

deps: LISTS = docs/packages
deps-firmware: LISTS = docs/packages-firmware
deps deps-firmware:
	@packages=$$(sed 's/[[:space:]#].*//' $(LISTS)); \
	there=$$(dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $$packages 2>/dev/null | sed -n 's/^installed //p'); \
	missing=$$(printf '%s\n' $$packages | grep -vxF "$$there" | tr '\n' ' '); \
	test -z "$$missing" || { echo "  DEPS    $$missing"; \
		$(APT) install -qq -y --no-install-recommends $$missing >/dev/null || \
		{ $(APT) update -qq && $(APT) install -qq -y --no-install-recommends $$missing >/dev/null; }; }

tests: $(UNITS) $(HELPERS) $(FUZZERS)

demo: deps
	$Q $(MAKE) -j$(JOBS) all $(HELPERS)
	$Q BUILD=$B DOCUMENT='$(DOCUMENT)' timeout --foreground 300 tests/demo/demo.sh

check: deps deps-firmware
	$Q $(MAKE) -j$(JOBS) all tests images
	$Q BUILD=$B JOBS=$(JOBS) tests/run

# What breaks things, and whatever else goes through more rounds when it is told to.
soak: deps deps-firmware
	$Q $(MAKE) -j$(JOBS) all tests images
	$Q BUILD=$B JOBS=$(JOBS) SOAK=1 tests/run crash/ firmware/ $(basename $(patsubst tests/%,%,$(shell grep -lw SOAK tests/unit/*.c tests/cli/*.sh tests/mount/*.sh)))

lint: deps
	$Q $(MAKE) -j$(JOBS) all
	$Q BUILD=$B JOBS=$(JOBS) tests/run lint/

asan: deps deps-firmware
	$Q $(MAKE) -j$(JOBS) BUILD=$B/asan SANITIZE=address,undefined OPTIMISE='-O1 -g' all tests
	$Q BUILD=$B/asan JOBS=$(JOBS) tests/run unit/ fuzz/ cli/ mount/ attacks/ firmware/ crash/

fuzz: deps
	$Q $(MAKE) -j$(JOBS) BUILD=$B/fuzz CC=clang CXX=clang++ SANITIZE=address,undefined,fuzzer-no-link ENTRY=-fsanitize=fuzzer tests-fuzz
	$Q BUILD=$B/fuzz FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run

tests-fuzz: $(FUZZERS)

# Without libFuzzer a plain main replays the corpus, so that `make check` needs gcc only.
ifeq ($(ENTRY),)
$(FUZZERS): $B/tests/fuzz/replay/main.o
endif

bench: deps deps-firmware
	$Q $(MAKE) -j$(JOBS) all tests images
	$Q for script in tests/bench/*.sh; do BUILD=$B tests/run -s "bench/$$(basename $$script .sh)" || exit 1; done

firmware: deps-firmware
	$Q $(MAKE) -j$(JOBS) images
	$Q firmware/budget $B
	$Q $(MAKE) firmware-compare

# A machine with Debian's kernel, in QEMU: this one's may have no USB.
check-usb: deps deps-firmware
	$Q $(MAKE) -j$(JOBS) all tests images
	$Q BUILD=$B JOBS=1 tests/run usb/

fmt:
	$Q git ls-files '*.c' '*.h' '*.cc' | xargs clang-format -i

install: all
	install -d $(DESTDIR)$(PREFIX)/bin
	install -s $(TOOLS) $(DRIVE) $(DESTDIR)$(PREFIX)/bin
	for page in $(wildcard docs/man/*.[1-8]); do \
		install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$$(basename $$page); done
	install -d $(DESTDIR)$(SBIN)
	sed 's|^set -- chanceryfs|set -- $(PREFIX)/bin/chanceryfs|' system/mount.chanceryfs >$(DESTDIR)$(SBIN)/mount.chanceryfs
	chmod 755 $(DESTDIR)$(SBIN)/mount.chanceryfs
	install -D -m 644 system/chanceryfs@.service $(DESTDIR)$(PREFIX)/lib/systemd/system/chanceryfs@.service
	install -D -m 644 system/70-chancery-seal.rules $(DESTDIR)$(PREFIX)/lib/udev/rules.d/70-chancery-seal.rules
	install -d $(DESTDIR)$(PREFIX)/share/chancery/hooks
	for hook in pre-receive post-receive; do \
		sed 's|^exec |exec $(PREFIX)/bin/|' hooks/$$hook >$(DESTDIR)$(PREFIX)/share/chancery/hooks/$$hook && \
		chmod 755 $(DESTDIR)$(PREFIX)/share/chancery/hooks/$$hook; done

clean:
	rm -rf $B

FORCE:
.PHONY: FORCE help deps deps-firmware all tests images tests-fuzz demo check soak lint asan fuzz bench firmware fmt install clean
.DEFAULT_GOAL := all
