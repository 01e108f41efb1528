/* A camera is any command that writes one JPEG picture to its standard output; what it sees of a seal's display is read from the picture. */
#ifndef CH_CAMERA_H
#define CH_CAMERA_H

#include "base/error.h"
#include "wire/text.h"

enum { CAMERA_BYTES_MAX = 32 * 1024 * 1024, CAMERA_SECONDS_MAX = 5 };

struct ch_photo {
	struct span jpeg;
	bool has_code;
	uint8_t code[NONCE_SIZE]; /* of the one display in the picture */
};

/*
 * Runs the command in a shell and reads its picture. A picture without a display, or with two, is no error: it has no code. CH_IO when
 * the command fails, writes more than CAMERA_BYTES_MAX or takes more than CAMERA_SECONDS_MAX; CH_REFUSED when it writes no picture.
 * The caller must free the photo with ch_photo_free(), also after an error.
 */
const struct ch_error *ch_camera_take(struct ch_photo *photo, const char *command);

void ch_photo_free(struct ch_photo *photo);

#endif
