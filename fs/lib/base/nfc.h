/* Unicode normal form C, which statements and names are held to on the host (the firmware compares bytes and has no tables). */
#ifndef CH_NFC_H
#define CH_NFC_H

#include "wire/span.h"

bool ch_nfc(struct span text);

#endif
