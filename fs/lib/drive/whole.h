/*
 * Whether a file that was uploaded is all there, as far as its format tells: an upload that was interrupted looks like any other file. Formats whose end can be
 * recognised: JPEG, PNG, PDF, XML, and what is a ZIP archive (also of office suites); of others nothing is known, and they pass.
 */
#ifndef CH_WHOLE_H
#define CH_WHOLE_H

#include "wire/span.h"

enum { CH_WHOLE_HEAD = 1024, CH_WHOLE_TAIL = 66000 };

/*
 * `head`: the first CH_WHOLE_HEAD bytes of the file, `tail`: the last CH_WHOLE_TAIL, or all that there are. The format is the one that the ending of the name
 * says, whatever its case. NULL: nothing is wrong with it; otherwise what is, as the end of a sentence about the file.
 */
const char *ch_whole(struct span name, struct span head, struct span tail);

#endif
