/* read-code PHOTO.jpg: the code on the seal's display that the photo shows, in hexadecimal; status 1 when it shows none. */
#include <stdio.h>

#include "match/camera.h"

int
main(int argc, char **argv)
{
	char command[4096], hex[2 * NONCE_SIZE + 1];
	struct ch_photo photo = {0};
	struct ch_camera camera;
	const struct ch_error *error;
	bool has_code;

	if (argc != 2 || (size_t)snprintf(command, sizeof(command), "cat '%s'", argv[1]) >= sizeof(command))
		return 2;
	ch_camera_init(&camera, command);
	if ((error = ch_camera_take(&photo, &camera)))
		fprintf(stderr, "read-code: %s\n", error->message);
	has_code = error == NULL && photo.has_code;
	text_put_hex(hex, photo.code, NONCE_SIZE);
	if (has_code)
		puts(hex);
	ch_photo_free(&photo);
	ch_camera_stop(&camera);
	return has_code ? 0 : 1;
}
