/* Text within HTML and SVG: whatever it holds, it is text there. */
#ifndef CH_HTML_H
#define CH_HTML_H

#include <stdio.h>

#include "wire/span.h"

void ch_html_text(FILE *out, struct span text);
void ch_html_base64(FILE *out, struct span bytes); /* for data: addresses */

#endif
