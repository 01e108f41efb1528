/* Mail addresses as we send to them: the plain form of RFC 5321, ASCII, without quoting, comments or routes. */
#ifndef CH_ADDRESS_H
#define CH_ADDRESS_H

#include "wire/span.h"

/* `local@domain`: at most 254 bytes; nothing that a mail program could take for an option, a list or a header. */
bool ch_address_is(struct span text);

#endif
