/*
 * A camera, and what it sees of a seal's display. It is a device of the kernel (a path below /dev/), or any command that writes JPEG pictures to its standard
 * output: one, and ends, to be run again for the next; or one behind the other for as long as somebody reads (mjpeg.h).
 */
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

/* A photo that somebody else has taken: reads its code. CH_REFUSED when it is none. The bytes are copied. As of a camera's photo the caller must free it. */
const struct ch_error *ch_photo_read(struct ch_photo *photo, struct span jpeg);

void ch_photo_free(struct ch_photo *photo);

struct ch_camera {
	const char *source;
	int pid, from; /* of what runs; 0: nothing */
	bool given;	/* a picture, since it was started */
	uint8_t *bytes; /* that have come and are not done with */
	size_t len, size;
};

/* Nothing runs before the first picture. The caller must stop it with ch_camera_stop(). */
void ch_camera_init(struct ch_camera *camera, const char *source);
void ch_camera_stop(struct ch_camera *camera);

/*
 * The newest picture, waiting for one if need be. A picture without a display, or with two, is no error: it has no code. CH_IO when the camera fails or ends badly,
 * a picture has more than CAMERA_BYTES_MAX or takes more than CAMERA_SECONDS_MAX; CH_REFUSED when what it writes is no picture. After an error the next
 * call begins anew. The caller must free the photo with ch_photo_free(), also after an error.
 */
const struct ch_error *ch_camera_take(struct ch_photo *photo, struct ch_camera *camera);

#endif
