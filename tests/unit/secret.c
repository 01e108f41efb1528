/* A key's file: what becomes of it, and each file that is not used, beside one that is. Runs in an empty directory. */
#include <sys/stat.h>
#include <unistd.h>

#include "keys/secret.h"
#include "test.h"
#include "wire/armor.h"

static const char good[] = "Format: 1\nKind: secret\nUser-Id: d1 <d1@x>\nCreated: 2026-11-22T07:00:00Z\n"
			   "Seed: 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n";

static void
write_text(const char *path, const char *text, mode_t mode)
{
	FILE *file = fopen(path, "w");

	CHECK(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0 && chmod(path, mode) == 0);
}

static enum ch_class
load_class(const char *path)
{
	struct ch_secret secret;
	const struct ch_error *error = ch_secret_load(&secret, path);

	ch_secret_clear(&secret);
	return error ? error->class : 0;
}

static void
test_create(void)
{
	struct ch_secret made, loaded;
	struct stat status;

	umask(0);
	CHECK(ch_secret_create(&made, "key", SPAN_LITERAL("李明 <li@office>")) == NULL);
	CHECK(stat("key", &status) == 0 && (status.st_mode & 07777) == 0600 && status.st_nlink == 1);
	CHECK(ch_secret_load(&loaded, "key") == NULL);
	CHECK_EQUAL_SPAN(span_of(loaded.seed, sizeof(loaded.seed)), span_of(made.seed, sizeof(made.seed)));
	CHECK_EQUAL_SPAN(span_of(loaded.fingerprint, FINGERPRINT_SIZE), span_of(made.fingerprint, FINGERPRINT_SIZE));
	CHECK(loaded.created == made.created && span_is(span_text(loaded.user_id), "李明 <li@office>"));
	CHECK(ch_secret_create(&made, "key", SPAN_LITERAL("other"))->class == CH_REFUSED);
	CHECK(ch_secret_load(&made, "key") == NULL && memcmp(made.seed, loaded.seed, sizeof(made.seed)) == 0);
	CHECK(symlink("nowhere", "link") == 0 && ch_secret_create(&made, "link", SPAN_LITERAL("other"))->class == CH_REFUSED);
	CHECK(ch_secret_create(&made, "absent/key", SPAN_LITERAL("other"))->class == CH_IO);
	ch_secret_clear(&made);
	ch_secret_clear(&loaded);
	ch_secret_clear(NULL);
	for (size_t i = 0; i < sizeof(made.seed); i++)
		CHECK(made.seed[i] == 0);
}

static void
test_user_id(void)
{
	char text[PGPKEY_USER_ID_MAX + 1];
	struct ch_secret secret;

	memset(text, 'x', sizeof(text));
	CHECK(ch_secret_create(&secret, "longest", span_of(text, PGPKEY_USER_ID_MAX)) == NULL);
	CHECK_EQUAL(load_class("longest"), 0);
	CHECK(ch_secret_create(&secret, "too-long", span_of(text, sizeof(text)))->class == CH_USAGE);
	CHECK(ch_secret_create(&secret, "too-long", SPAN_LITERAL(""))->class == CH_USAGE);
	CHECK(ch_secret_create(&secret, "too-long", SPAN_LITERAL("a\nb"))->class == CH_USAGE);
	CHECK(ch_secret_create(&secret, "too-long", SPAN_LITERAL("a\0b"))->class == CH_USAGE);
	CHECK(access("too-long", F_OK) < 0);
	ch_secret_clear(&secret);
}

static void
test_private(void)
{
	write_text("file", good, 0600);
	CHECK_EQUAL(load_class("file"), 0);
	CHECK(chmod("file", 0400) == 0 && load_class("file") == 0);
	CHECK(chmod("file", 0640) == 0 && load_class("file") == CH_REFUSED);
	CHECK(chmod("file", 0604) == 0 && load_class("file") == CH_REFUSED);
	CHECK(chmod("file", 0620) == 0 && load_class("file") == CH_REFUSED);
	CHECK(mkdir("directory", 0700) == 0 && load_class("directory") == CH_REFUSED);
	CHECK(mkfifo("fifo", 0600) == 0 && load_class("fifo") == CH_REFUSED);
	CHECK_EQUAL(load_class("absent"), CH_IO);
	if (geteuid() != 0)
		return;
	write_text("file", good, 0600);
	CHECK(chown("file", 12345, (gid_t)-1) == 0 && load_class("file") == CH_REFUSED);
}

static void
check_malformed(const char *from, const char *to)
{
	char text[2048];
	const char *at = strstr(good, from);

	CHECK(at != NULL);
	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
	unlink("file");
	write_text("file", text, 0600);
	CHECK_EQUAL(load_class("file"), CH_REFUSED);
}

static void
test_form(void)
{
	char longer[PGPKEY_USER_ID_MAX + 2] = {0};

	check_malformed("Format: 1", "Format: 2");
	check_malformed("Kind: secret", "Kind: other");
	check_malformed("Kind: secret\n", "");
	check_malformed("Kind: secret\n", "Kind: secret\nKind: secret\n");
	check_malformed("d1 <d1@x>", memset(longer, 'x', sizeof(longer) - 1));
	check_malformed("2026-11", "2106-11"); /* behind the end of OpenPGP's 32 bits */
	check_malformed("7f60\n", "7f60");
	check_malformed("7f60\n", "7f\n");
	check_malformed("7f60\n", "7F60\n");
	check_malformed("7f60\n", "7f60\nMore: 1\n");
	check_malformed(good, "");
	write_text("file", good, 0600);
	CHECK_EQUAL(load_class("file"), 0);
}

static void
test_certificate(void)
{
	uint8_t bytes[PGPKEY_OWN_MAX];
	struct ch_arena arena = {0};
	struct ch_secret secret;
	struct span armor;
	struct pgpkey key;

	write_text("file", good, 0600);
	CHECK(ch_secret_load(&secret, "file") == NULL);
	armor = ch_secret_certificate(&secret, &arena);
	CHECK_EQUAL(pgpkey_read(&key, span_of(bytes, armor_read(bytes, sizeof(bytes), ARMOR_PUBLIC_KEY, armor))), WIRE_OK);
	CHECK(span_is(key.user_id, "d1 <d1@x>") && key.created == secret.created);
	CHECK_EQUAL_SPAN(span_of(key.fingerprint, FINGERPRINT_SIZE), span_of(secret.fingerprint, FINGERPRINT_SIZE));
	ch_secret_clear(&secret);
	ch_arena_clear(&arena);
}

int
main(void)
{
	test_create();
	test_user_id();
	test_private();
	test_form();
	test_certificate();
	return test_result();
}
