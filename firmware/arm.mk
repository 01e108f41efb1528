# The seal for Cortex-M: included by the Makefile. Debian's cross compiler, newlib's memcpy and its kin, libsodium from its source.

ARM := arm-none-eabi-
CACHE ?= build/cache
SODIUM := $(CACHE)/libsodium
cpus := m3 m4

# What does not depend on where it is built. An enum is as large as on the host, since wire/ reads some from the wire before it judges them.
ARM_WARN = -Wall -Wextra -Wshadow -Werror -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla
ARM_FLAGS = -mthumb -std=c17 -g -ffreestanding -fbuiltin -ffunction-sections -fdata-sections -fstack-protector-strong -fno-common -fno-short-enums \
	-ffile-prefix-map=$(CURDIR)/= -ffile-prefix-map=$(abspath $B)/=build/
ARM_INCLUDES = -Ifs/lib -Ifirmware -Ifirmware/port
# What of libsodium is ours (docs/decisions/0036).
ARM_OURS = $(subst $() ,,$(addprefix $(comma)--wrap=,ge25519_scalarmult_base sc25519_reduce sc25519_muladd \
	crypto_hash_sha512 crypto_hash_sha512_init crypto_hash_sha512_update crypto_hash_sha512_final))
comma := ,
ARM_LINK = -mthumb -nostartfiles -specs=nano.specs -Lfirmware/port/arm -Wl,--gc-sections,--no-enum-size-warning,--fatal-warnings,--no-warn-rwx-segments,--build-id=none$(ARM_OURS)
ARM_OPTIMISE = -Os
SODIUM_OPTIMISE = -Os -fno-stack-protector
SODIUM_FLAGS = -DCONFIGURED=1 -DNATIVE_LITTLE_ENDIAN=1 -DSODIUM_STATIC -DDEV_MODE=0 -DHAVE_WEAK_SYMBOLS=1 -DHAVE_INLINE_ASM=1
SODIUM_INCLUDES = -isystem $(SODIUM)/source/src/libsodium/include -isystem $(SODIUM)/source/src/libsodium/include/sodium

sodium := crypto_core/ed25519/ref10/ed25519_ref10 crypto_sign/ed25519/ref10/keypair crypto_sign/ed25519/ref10/open \
	crypto_sign/ed25519/ref10/sign crypto_hash/sha256/cp/hash_sha256_cp \
	crypto_verify/sodium/verify sodium/utils

$(SODIUM)/source: firmware/libsodium.sha256 firmware/fetch-libsodium
	$(call say,FETCH,libsodium)
	$Q firmware/fetch-libsodium $(SODIUM)
	$Q touch $@

arm_compile = $(ARM)gcc -mcpu=cortex-$1 $(ARM_FLAGS) $(ARM_OPTIMISE) -fstack-usage $(ARM_WARN) $(SODIUM_FLAGS) $(ARM_INCLUDES) $(SODIUM_INCLUDES) -MMD -MP -c -o $@ $<

# $1: m3 or m4
define arm_rules
$B/$1/sodium/%.o: firmware/arm.mk $B/arm-flags | $(SODIUM)/source
	$$(call say,ARM-CC,$1/sodium/$$*.c)
	$Q mkdir -p $$(@D)
	$Q $(ARM)gcc -mcpu=cortex-$1 $$(ARM_FLAGS) $$(SODIUM_OPTIMISE) -w $$(SODIUM_FLAGS) $$(SODIUM_INCLUDES) -c -o $$@ $(SODIUM)/source/src/libsodium/$$*.c

$B/$1/%.o: %.c firmware/arm.mk $B/arm-flags | $(SODIUM)/source
	$$(call say,ARM-CC,$1/$$<)
	$Q mkdir -p $$(@D)
	$Q $$(call arm_compile,$1)

$B/$1/%-of-a-seal.o: %.c firmware/arm.mk $B/arm-flags | $(SODIUM)/source
	$$(call say,ARM-CC,$1/$$*-of-a-seal.o)
	$Q mkdir -p $$(@D)
	$Q $$(call arm_compile,$1) -DWIRE_OF_A_SEAL
endef
$(foreach cpu,$(cpus),$(eval $(call arm_rules,$(cpu))))

# What everything else spends its time in; and its loops are not to become calls of themselves.
$(foreach cpu,$(cpus),$B/$(cpu)/firmware/port/arm/string.o): ARM_OPTIMISE = -O1 -fno-tree-loop-distribute-patterns

$B/arm-flags: FORCE
	$(call remember,$(shell $(ARM)gcc --version | head -n 1) $(ARM_FLAGS) $(ARM_OPTIMISE) $(ARM_WARN) $(SODIUM_OPTIMISE) $(SODIUM_FLAGS))

# $1: m3 or m4, $2: sources
arm_objects = $(addprefix $B/$1/,$(addsuffix .o,$(basename $(sort $(wildcard $2)))))
arm_sodium = $(addprefix $B/$1/sodium/,$(addsuffix .o,$(sodium)))
# What a seal judges with: of the acts' grammar only the kinds that it acts on.
arm_judge = $(filter-out %/wire/grammar.o,$(call arm_objects,$1,fs/lib/wire/*.c firmware/core/*.c)) $B/$1/fs/lib/wire/grammar-of-a-seal.o
arm_shared = $(call arm_judge,$1) $(call arm_objects,$1,firmware/port/arm/*.c) $(call arm_sodium,$1)

# $1: board, $2: its processor, $3: sources of its port, $4: its boot stage's beside those that all have, $5: where that lies and its room, $6 and $7: where the two slots lie.
# Two images, each linked for its slot, behind the head that seal-image(1) puts before it; and the boot stage, which has no keys yet.
SLOT_ROOM := 130560
define board_rules
$B/seal-$1-a.elf $B/seal-$1-b.elf: $(call arm_shared,$2) $(call arm_objects,$2,$3)
$B/boot-$1.elf: $(call arm_shared,$2) $(call arm_objects,$2,firmware/port/boot/main.c $4)
$B/seal-$1-a.elf: LINKED_FOR = --defsym=place=$6,--defsym=room=$(SLOT_ROOM)
$B/seal-$1-b.elf: LINKED_FOR = --defsym=place=$7,--defsym=room=$(SLOT_ROOM)
$B/boot-$1.elf: LINKED_FOR = --defsym=place=$(word 1,$5),--defsym=room=$(word 2,$5)
$B/boot-$1.elf $B/seal-$1-a.elf $B/seal-$1-b.elf: cpu = $2
IMAGES += $B/seal-$1-a.elf $B/seal-$1-b.elf $B/boot-$1.elf
endef
IMAGES :=
mps2_boot = firmware/port/boot/mps2.c firmware/port/mps2/slots.c firmware/port/mps2/semihosting.c
$(eval $(call board_rules,mps2-an385,m3,firmware/port/mps2/*.c,$(mps2_boot),0 4M,0x21060200,0x21080200))
$(eval $(call board_rules,mps2-an386,m4,firmware/port/mps2/*.c,$(mps2_boot),0 4M,0x21060200,0x21080200))
$(eval $(call board_rules,stm32f405,m4,firmware/port/stm32f405/*.c firmware/port/usb/*.c,firmware/port/boot/stm32f405.c \
	$(addprefix firmware/port/stm32f405/,slots.c flash.c registers.c watchdog.c),0x08000000 32K,0x08020200,0x08040200))

# By themselves, without a boot stage: for the tests of everything else.
ALONE := $B/seal-mps2-an385.elf $B/seal-mps2-an386.elf
$(ALONE): LINKED_FOR = --defsym=place=0,--defsym=room=4M
$B/seal-mps2-an385.elf: cpu = m3
$B/seal-mps2-an385.elf: $(call arm_shared,m3) $(call arm_objects,m3,firmware/port/mps2/*.c)
$B/seal-mps2-an386.elf: cpu = m4
$B/seal-mps2-an386.elf: $(call arm_shared,m4) $(call arm_objects,m4,firmware/port/mps2/*.c)
IMAGES += $(ALONE)
BINARIES := $(patsubst %.elf,%.bin,$(filter-out $(ALONE),$(IMAGES)))

.SECONDEXPANSION:
$(IMAGES): firmware/arm.mk $B/arm-flags firmware/port/$$(word 2,$$(subst -, ,$$(basename $$(notdir $$@))))/memory.ld firmware/port/arm/sections.ld
	$(call say,ARM-LD,$@)
	$Q $(ARM)gcc -mcpu=cortex-$(cpu) $(ARM_LINK) -Wl,$(LINKED_FOR) -T $(filter %memory.ld,$^) -o $@ $(filter %.o,$^)

-include $(shell find $(foreach cpu,$(cpus),$(addprefix $B/$(cpu)/,fs firmware tests)) -name '*.d' -type f 2>/dev/null)

# What tests/unit says of wire/ and core/ is said on both processors as well: newlib prints and exits through the emulator.
arm_units := $(shell for unit in tests/unit/*.c; do grep '^.include "' $$unit | grep -qvE '"(wire/|core/|(test|hex|sealbench|sealboard|slotbench)\.h)' || echo $$unit; done)
ARM_UNITS := $(foreach cpu,$(cpus),$(patsubst %.c,$B/$(cpu)/%.elf,$(arm_units)))

# What the core stands on there; and how a program of it is linked.
arm_beneath = $(call arm_objects,$1,$(addprefix firmware/port/,arm/crypto.c arm/base.c arm/scalar.c arm/sha512.c arm/string.c mps2/random.c mps2/semihosting.c)) $(call arm_sodium,$1)
define arm_hosted
	$(call say,ARM-LD,$@)
	$Q $(ARM)gcc -mcpu=cortex-$1 -mthumb -specs=rdimon.specs -Wl,--gc-sections,--no-enum-size-warning,--no-warn-rwx-segments$(ARM_OURS)$(ARM_WRAP) \
		-T firmware/port/mps2/hosted.ld -o $@ $(filter %.o,$^)
endef

define arm_unit_rules
$B/$1/tests/%.o: ARM_INCLUDES += -Itests
$B/$1/tests/unit/%.elf: $B/$1/tests/unit/%.o $(call arm_objects,$1,fs/lib/wire/*.c firmware/core/*.c) $(call arm_beneath,$1) firmware/port/mps2/hosted.ld
	$$(call arm_hosted,$1)
$B/$1/tests/%.elf: $B/$1/tests/%.o $(call arm_judge,$1) $(call arm_beneath,$1) firmware/port/mps2/hosted.ld
	$$(call arm_hosted,$1)
endef
$(foreach cpu,$(cpus),$(eval $(call arm_unit_rules,$(cpu))))

# What tests/bench/seal.sh measures there; the calls of the core that it looks at go through it.
ARM_BENCH := $B/m4/tests/bench/m4/seal.elf
$(ARM_BENCH): ARM_WRAP = ,--wrap=wire_ed25519_verify,--wrap=seal_answer,--wrap=seal_tick,--wrap=seal_boot

# The product's images, as they are flashed, have the digests that are kept in HASHES: who builds the same source with Debian 12's compiler has the same ones.
PRODUCT := seal-stm32f405-a.bin seal-stm32f405-b.bin boot-stm32f405.bin
$(BINARIES): %.bin: %.elf
	$Q $(ARM)objcopy -O binary $< $@

firmware-compare: $(addprefix $B/,$(PRODUCT))
	$Q (cd $B && sha256sum --check --quiet $(CURDIR)/firmware/HASHES) || \
		{ echo 'the image is not the one of firmware/HASHES; after a change that was meant: make firmware-hashes' >&2; exit 1; }

firmware-hashes: $(addprefix $B/,$(PRODUCT))
	$Q (cd $B && sha256sum $(PRODUCT)) >firmware/HASHES

# `make firmware` and `make check` ask for these, and each test that needs them; none of it depends on CC or SANITIZE.
images: $(IMAGES) $(BINARIES) $(ARM_UNITS) $(ARM_BENCH)

.PHONY: images firmware-compare firmware-hashes
