/* A camera's picture is taken whole, its one code read; a command that fails, or writes something else, is no camera. */
#include "match/camera.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit/test.h"

static void
check_refused(const char *command, enum ch_class class, const char *says)
{
	struct ch_photo photo;
	const struct ch_error *error = ch_camera_take(&photo, command);

	CHECK(error && error->class == class && strstr(error->message, says));
	ch_photo_free(&photo);
}

static void
check_code(const char *command, const char *code)
{
	struct ch_photo photo;
	char hex[2 * NONCE_SIZE + 1];

	CHECK(ch_camera_take(&photo, command) == NULL);
	CHECK(photo.jpeg.len > 100);
	CHECK_EQUAL(photo.has_code, code != NULL);
	text_put_hex(hex, photo.code, NONCE_SIZE);
	CHECK(code == NULL || strcmp(hex, code) == 0);
	ch_photo_free(&photo);
}

int
main(void)
{
	if (getenv("SRC") == NULL || chdir(getenv("SRC")) != 0) {
		puts("skip: SRC does not name the source");
		return 77;
	}
	check_code("cat tests/fuzz/corpus/jpeg/code", "0123456789abcdef0123456789abcdef");
	check_code("cat tests/fuzz/corpus/jpeg/grey", NULL);
	check_refused("cat tests/fuzz/corpus/jpeg/code; exit 3", CH_IO, "failed");
	check_refused("no-such-camera 2>/dev/null", CH_IO, "failed");
	check_refused("cat tests/fuzz/corpus/jpeg/refused-cut-short", CH_REFUSED, "not a whole JPEG picture");
	check_refused("true", CH_REFUSED, "not a whole JPEG picture");
	check_refused("cat /dev/zero", CH_IO, "more than");
	return test_result();
}
