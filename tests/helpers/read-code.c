/*
 * read-code PHOTO.jpg: the code on the seal's display that the photo shows, in hexadecimal; status 1 when it shows none. read-code CAMERA N: of N pictures of a camera, as
 * seal-unlock takes them, each on a line of its own ("-": none); status 1 when it fails.
 */
#include <stdio.h>
#include <stdlib.h>

#include "match/camera.h"

static int
take(struct ch_camera *camera)
{
	char hex[2 * NONCE_SIZE + 1];
	struct ch_photo photo;
	const struct ch_error *error = ch_camera_take(&photo, camera);
	bool has_code = error == NULL && photo.has_code;

	if (error)
		fprintf(stderr, "read-code: %s\n", error->message);
	text_put_hex(hex, photo.code, NONCE_SIZE);
	if (error == NULL)
		puts(has_code ? hex : "-");
	fflush(stdout);
	ch_photo_free(&photo);
	return error ? -1 : has_code;
}

int
main(int argc, char **argv)
{
	char command[4096];
	struct ch_camera camera;
	int taken = 0;

	if (argc < 2 || argc > 3 || (size_t)snprintf(command, sizeof(command), argc == 2 ? "cat '%s'" : "%s", argv[1]) >= sizeof(command))
		return 2;
	ch_camera_init(&camera, command);
	for (int left = argc == 3 ? atoi(argv[2]) : 1; left > 0 && taken >= 0; left--)
		taken = take(&camera);
	ch_camera_stop(&camera);
	return argc == 3 ? taken < 0 : taken <= 0;
}
