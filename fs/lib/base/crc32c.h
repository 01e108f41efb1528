/* CRC-32C (Castagnoli, RFC 3720 B.4), the check of journal records. */
#ifndef CH_CRC32C_H
#define CH_CRC32C_H

#include "wire/span.h"

/* The CRC of what `crc` covers followed by `bytes`; begin with 0. */
uint32_t ch_crc32c(uint32_t crc, struct span bytes);

#endif
