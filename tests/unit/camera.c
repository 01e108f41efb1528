/* A camera's picture is taken whole, its one code read; a command that fails, or writes something else, is no camera. */
#include "match/camera.h"

#include <stdlib.h>
#include <unistd.h>

#include "unit/test.h"

#define CODE "0123456789abcdef0123456789abcdef"

static void
check_refused(const char *command, enum ch_class class, const char *says)
{
	struct ch_camera camera;
	struct ch_photo photo;
	const struct ch_error *error;

	ch_camera_init(&camera, command);
	error = ch_camera_take(&photo, &camera);
	CHECK(error && error->class == class && strstr(error->message, says));
	ch_photo_free(&photo);
	ch_camera_stop(&camera);
}

static void
check_photo(struct ch_camera *camera, const char *code)
{
	struct ch_photo photo;
	char hex[2 * NONCE_SIZE + 1];
	const struct ch_error *error = ch_camera_take(&photo, camera);

	CHECK_EQUAL_SPAN(span_text(error ? error->message : ""), span_text(""));
	CHECK(photo.jpeg.len > 100);
	CHECK_EQUAL(photo.has_code, code != NULL);
	text_put_hex(hex, photo.code, NONCE_SIZE);
	CHECK(code == NULL || strcmp(hex, code) == 0);
	ch_photo_free(&photo);
}

/* One picture or many, it is asked for several. */
static void
check_code(const char *command, const char *code)
{
	struct ch_camera camera;

	ch_camera_init(&camera, command);
	for (int i = 0; i < 3; i++)
		check_photo(&camera, code);
	ch_camera_stop(&camera);
}

/* A camera that ends badly has failed, whatever it has shown before. */
static void
check_dies(void)
{
	const struct ch_error *error;
	struct ch_camera camera;
	struct ch_photo photo;

	ch_camera_init(&camera, "cat tests/fuzz/corpus/jpeg/code; exit 3");
	while ((error = ch_camera_take(&photo, &camera)) == NULL)
		ch_photo_free(&photo);
	CHECK(error->class == CH_IO && strstr(error->message, "failed"));
	ch_photo_free(&photo);
	ch_camera_stop(&camera);
}

int
main(void)
{
	if (getenv("SRC") == NULL || chdir(getenv("SRC")) != 0) {
		puts("skip: SRC does not name the source");
		return 77;
	}
	check_code("cat tests/fuzz/corpus/jpeg/code", CODE);
	check_code("cat tests/fuzz/corpus/jpeg/grey", NULL);
	check_code("echo 12345; while cat tests/fuzz/corpus/jpeg/code && echo ----boundary; do :; done 2>/dev/null", CODE);
	check_dies();
	check_refused("no-such-camera 2>/dev/null", CH_IO, "failed");
	check_refused("/dev/null", CH_IO, "failed");
	check_refused("cat tests/fuzz/corpus/jpeg/refused-cut-short", CH_REFUSED, "not a whole JPEG picture");
	check_refused("true", CH_REFUSED, "not a whole JPEG picture");
	check_refused("printf '\\377\\330\\377\\332\\000\\002'; cat /dev/zero", CH_IO, "more than");
	return test_result();
}
