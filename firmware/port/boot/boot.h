/* What the boot stage wants of a board, beside its slots (arm/images.h): its name, behind the vectors, where who burns the keys and the images look for it. */
#ifndef BOOT_H
#define BOOT_H

#include "wire/image.h"

extern const struct boot_keys boot_keys;
#define BOOT_KEYS(name) const struct boot_keys boot_keys __attribute__((section(".interrupts"), used)) = {BOOT_KEYS_MAGIC, name, {{{0}}}}

void boot_start(void);

#endif
