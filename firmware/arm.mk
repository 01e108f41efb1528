# The seal for Cortex-M: included by the Makefile. Debian's cross compiler, newlib's memcpy and its kin, libsodium from its source.

ARM := arm-none-eabi-
CACHE ?= build/cache
SODIUM := $(CACHE)/libsodium
cpus := m3 m4

# What does not depend on where it is built. An enum is as large as on the host, since wire/ reads some from the wire before it judges them.
ARM_WARN = -Wall -Wextra -Wshadow -Werror -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
ARM_FLAGS = -mthumb -std=c17 -g -ffreestanding -ffunction-sections -fdata-sections -fstack-protector-strong -fno-common -fno-short-enums \
	-ffile-prefix-map=$(CURDIR)/= -ffile-prefix-map=$(abspath $B)/=build/
ARM_INCLUDES = -Ifs/lib -Ifirmware -Ifirmware/port
ARM_LINK = -mthumb -nostartfiles -specs=nano.specs -Lfirmware/port/arm -Wl,--gc-sections,--no-enum-size-warning,--fatal-warnings,--no-warn-rwx-segments,--build-id=none,--wrap=ge25519_scalarmult_base,--wrap=sc25519_reduce,--wrap=sc25519_muladd
ARM_OPTIMISE = -Os
SODIUM_OPTIMISE = -Os -fno-stack-protector
SODIUM_FLAGS = -DCONFIGURED=1 -DNATIVE_LITTLE_ENDIAN=1 -DSODIUM_STATIC -DDEV_MODE=0
SODIUM_INCLUDES = -isystem $(SODIUM)/source/src/libsodium/include -isystem $(SODIUM)/source/src/libsodium/include/sodium

sodium := crypto_core/ed25519/ref10/ed25519_ref10 crypto_sign/ed25519/ref10/keypair crypto_sign/ed25519/ref10/open \
	crypto_sign/ed25519/ref10/sign crypto_hash/sha256/cp/hash_sha256_cp crypto_hash/sha512/cp/hash_sha512_cp crypto_hash/sha512/hash_sha512 \
	crypto_verify/sodium/verify sodium/utils

$(SODIUM)/source: firmware/libsodium.sha256 firmware/fetch-libsodium
	$(call say,FETCH,libsodium)
	$Q firmware/fetch-libsodium $(SODIUM)
	$Q touch $@

# $1: m3 or m4
define arm_rules
$B/$1/sodium/%.o: $B/arm-flags | $(SODIUM)/source
	$$(call say,ARM-CC,$1/sodium/$$*.c)
	$Q mkdir -p $$(@D)
	$Q $(ARM)gcc -mcpu=cortex-$1 $$(ARM_FLAGS) $$(SODIUM_OPTIMISE) -w $$(SODIUM_FLAGS) $$(SODIUM_INCLUDES) -c -o $$@ $(SODIUM)/source/src/libsodium/$$*.c

$B/$1/%.o: %.c $B/arm-flags | $(SODIUM)/source
	$$(call say,ARM-CC,$1/$$<)
	$Q mkdir -p $$(@D)
	$Q $(ARM)gcc -mcpu=cortex-$1 $$(ARM_FLAGS) $$(ARM_OPTIMISE) -fstack-usage $$(ARM_WARN) $$(SODIUM_FLAGS) $$(ARM_INCLUDES) $$(SODIUM_INCLUDES) -MMD -MP -c -o $$@ $$<
endef
$(foreach cpu,$(cpus),$(eval $(call arm_rules,$(cpu))))

$B/arm-flags: FORCE
	$(call remember,$(shell $(ARM)gcc --version | head -n 1) $(ARM_FLAGS) $(ARM_OPTIMISE) $(ARM_WARN) $(SODIUM_OPTIMISE) $(SODIUM_FLAGS))

# $1: m3 or m4, $2: sources
arm_objects = $(addprefix $B/$1/,$(addsuffix .o,$(basename $(sort $(wildcard $2)))))
arm_shared = $(call arm_objects,$1,fs/lib/wire/*.c firmware/core/*.c firmware/port/arm/*.c) $(addprefix $B/$1/sodium/,$(addsuffix .o,$(sodium)))

IMAGES := $B/seal-mps2-an385.elf $B/seal-mps2-an386.elf $B/seal-stm32f405.elf
$B/seal-mps2-an385.elf: cpu = m3
$B/seal-mps2-an385.elf: $(call arm_shared,m3) $(call arm_objects,m3,firmware/port/mps2/*.c)
$B/seal-mps2-an386.elf: cpu = m4
$B/seal-mps2-an386.elf: $(call arm_shared,m4) $(call arm_objects,m4,firmware/port/mps2/*.c)
$B/seal-stm32f405.elf: cpu = m4
$B/seal-stm32f405.elf: $(call arm_shared,m4) $(call arm_objects,m4,firmware/port/stm32f405/*.c firmware/port/usb/*.c)
.SECONDEXPANSION:
$(IMAGES): firmware/arm.mk $B/arm-flags firmware/port/$$(word 2,$$(subst -, ,$$(basename $$(notdir $$@))))/memory.ld firmware/port/arm/sections.ld
	$(call say,ARM-LD,$@)
	$Q $(ARM)gcc -mcpu=cortex-$(cpu) $(ARM_LINK) -T $(filter %memory.ld,$^) -o $@ $(filter %.o,$^)

-include $(shell find $(foreach cpu,$(cpus),$(addprefix $B/$(cpu)/,fs firmware tests)) -name '*.d' -type f 2>/dev/null)

# What tests/unit says of wire/ and core/ is said on both processors as well: newlib prints and exits through the emulator.
arm_units := $(shell for unit in tests/unit/*.c; do grep '^.include "' $$unit | grep -qvE '"(wire/|core/|(test|hex|sealbench|sealboard|slotbench)\.h)' || echo $$unit; done)
ARM_UNITS := $(foreach cpu,$(cpus),$(patsubst %.c,$B/$(cpu)/%.elf,$(arm_units)))

define arm_unit_rules
$B/$1/tests/%.o: ARM_INCLUDES += -Itests
$B/$1/tests/%.elf: $B/$1/tests/%.o $(call arm_objects,$1,fs/lib/wire/*.c firmware/core/*.c firmware/port/arm/crypto.c \
		firmware/port/arm/base.c firmware/port/arm/scalar.c firmware/port/mps2/random.c firmware/port/mps2/semihosting.c) \
		$(addprefix $B/$1/sodium/,$(addsuffix .o,$(sodium))) firmware/port/mps2/hosted.ld
	$$(call say,ARM-LD,$$@)
	$Q $(ARM)gcc -mcpu=cortex-$1 -mthumb -specs=rdimon.specs -Wl,--gc-sections,--no-enum-size-warning,--no-warn-rwx-segments,--wrap=ge25519_scalarmult_base,--wrap=sc25519_reduce,--wrap=sc25519_muladd$$(ARM_WRAP) \
		-T firmware/port/mps2/hosted.ld -o $$@ $$(filter %.o,$$^)
endef
$(foreach cpu,$(cpus),$(eval $(call arm_unit_rules,$(cpu))))

# What tests/bench/seal.sh measures there; the calls of the core that it looks at go through it.
ARM_BENCH := $B/m4/tests/bench/m4/seal.elf
$(ARM_BENCH): ARM_WRAP = ,--wrap=wire_ed25519_verify,--wrap=seal_answer,--wrap=seal_tick,--wrap=seal_boot

# The product's image, as it is flashed, has the digest that is kept in HASHES: who builds the same source with Debian 12's compiler has the same image.
$B/seal-stm32f405.bin: $B/seal-stm32f405.elf
	$Q $(ARM)objcopy -O binary $< $@

firmware-compare: $B/seal-stm32f405.bin
	$Q (cd $B && sha256sum --check --quiet $(CURDIR)/firmware/HASHES) || \
		{ echo 'the image is not the one of firmware/HASHES; after a change that was meant: make firmware-hashes' >&2; exit 1; }

firmware-hashes: $B/seal-stm32f405.bin
	$Q (cd $B && sha256sum seal-stm32f405.bin) >firmware/HASHES

# `make firmware` and `make check` ask for these, and each test that needs them; none of it depends on CC or SANITIZE.
images: $(IMAGES) $B/seal-stm32f405.bin $(ARM_UNITS) $(ARM_BENCH)

.PHONY: images firmware-compare firmware-hashes
