/* When and where a photo was taken, as the camera says (EXIF, read by libexif). Its word, not a proof. */
#ifndef CH_EXIF_H
#define CH_EXIF_H

#include "wire/span.h"

struct ch_exif {
	char time[20];	   /* "YYYY-MM-DD hh:mm:ss" in the camera's own time; empty: not said */
	char position[32]; /* LAT,LON as a statement has it; empty: not said */
	char camera[64];   /* make and model, printable ASCII only; empty: not said */
};

/* What is not said, or not in its form, is empty. */
void ch_exif_read(struct ch_exif *exif, struct span jpeg);

#endif
