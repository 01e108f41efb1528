/* Uploads that are all there, and next to each the same cut short, or something else under its name. */
#include "drive/whole.h"

#include <stdio.h>

#include "test.h"

#define JPEG "\xff\xd8\xff\xe0 picture \xff\xd9"
#define PNG "\x89PNG\r\n\x1a\n and IEND\xae\x42\x60\x82"
#define PDF "%PDF-1.4 text\n%%EOF\n"
#define ZIP "PK\3\4 files PK\5\6" "123456789012345678"

static bool
whole(const char *name, const char *bytes, size_t len)
{
	return ch_whole(span_text(name), span_of(bytes, len), span_of(bytes, len)) == NULL;
}

static void
test_cut(const char *name, const char *bytes, size_t len, size_t behind_the_end)
{
	CHECK(whole(name, bytes, len));
	for (size_t i = 0; i < len - behind_the_end; i++)
		CHECK(!whole(name, bytes, i));
	CHECK(!whole(name, "something else", strlen("something else")));
}

int
main(void)
{
	test_cut("a.jpg", JPEG, sizeof(JPEG) - 1, 0);
	test_cut("A.JPEG", JPEG, sizeof(JPEG) - 1, 0);
	test_cut("a.png", PNG, sizeof(PNG) - 1, 4);
	test_cut("a.pdf", PDF, sizeof(PDF) - 1, 1);
	test_cut("a.docx", ZIP, sizeof(ZIP) - 1, 0);
	test_cut("a.xml", "<a/> \n\n", 7, 3);
	CHECK(whole("a.jpg", JPEG "what a camera adds", sizeof(JPEG) + 17));
	CHECK(whole("a.txt", "", 0));
	CHECK(whole("jpg", "", 0));
	CHECK(whole(".jpg", "", 0)); /* no ending, but a name */
	return test_result();
}
