/* What is put into a spool is there when it is opened again, only what was left behind is listed, and removing it leaves nothing. */
#include "seal/spool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit/test.h"

static struct ch_store store;
static struct ch_arena arena;

static const uint8_t first[SHA256_SIZE] = {1}, second[SHA256_SIZE] = {2};

static void
make_store(void)
{
	char path[] = "spool-XXXXXX", cwd[1024];

	CHECK(mkdtemp(path) && getcwd(cwd, sizeof(cwd)));
	snprintf(store.path, sizeof(store.path), "%s/%s", cwd, path);
	CHECK(chdir(store.path) == 0 && mkdir("chancery", 0700) == 0 && mkdir("chancery/spool", 0700) == 0);
}

static size_t
listed(void)
{
	uint8_t(*sessions)[SHA256_SIZE];
	size_t count = 99;

	CHECK(ch_spool_sessions(&sessions, &count, &store, &arena) == NULL);
	CHECK(count == 0 || memcmp(sessions[0], first, SHA256_SIZE) == 0);
	return count;
}

static void
check_receipt(struct ch_spool *spool, uint64_t counter, struct span text)
{
	struct span found;

	CHECK(ch_spool_receipt(&found, spool, counter, &arena) == NULL);
	CHECK(text.len == 0 ? found.len == 0 : span_starts(found, text) && span_ends(found, SPAN_LITERAL("-----END PGP SIGNATURE-----\n")));
}

static void
check_photo(struct ch_spool *spool, uint64_t press, struct span jpeg)
{
	struct span found;

	CHECK(ch_spool_photo(&found, spool, press, &arena) == NULL);
	CHECK_EQUAL_SPAN(found, jpeg);
}

/* What is on record owes nothing any more. */
static void
check_photos(struct ch_spool *spool)
{
	struct ch_spool_survey survey;
	uint64_t *presses;
	size_t count;

	CHECK(ch_spool_photos(&presses, &count, spool, &arena) == NULL);
	CHECK(count == 1 && presses[0] == 7);
	CHECK(ch_spool_survey(&survey, spool, 6, &arena) == NULL && survey.receipts == 1 && survey.owes_photo);
	CHECK(ch_spool_survey(&survey, spool, 7, &arena) == NULL && survey.receipts == 0 && !survey.owes_photo);
}

/* Room is set aside without being seen, and goes with the spool. */
static void
check_reserve(void)
{
	struct ch_spool spool;
	struct stat st;

	CHECK(ch_spool_open(&spool, &store, second) == NULL && !spool.full);
	CHECK(ch_spool_reserve(&spool) == NULL && ch_spool_reserve(&spool) == NULL);
	CHECK(fstatat(spool.directory, ".reserve-0", &st, 0) == 0 && st.st_size == SPOOL_RESERVE);
	CHECK(ch_spool_put_photo(&spool, 3, SPAN_LITERAL("photo")) == NULL && !spool.full);
	check_photo(&spool, 3, SPAN_LITERAL("photo"));
	CHECK(ch_spool_remove(&spool, &store) == NULL);
	CHECK_EQUAL(listed(), 0);
}

int
main(void)
{
	struct ch_spool spool, other;
	struct span none = {0};

	make_store();
	CHECK_EQUAL(listed(), 0);
	CHECK(ch_spool_open(&other, &store, second) == NULL);
	CHECK(ch_spool_open(&spool, &store, first) == NULL);
	CHECK(ch_spool_put_receipt(&spool, 7, SPAN_LITERAL("Format: 1\n"), SPAN_LITERAL("signature")) == NULL);
	CHECK(ch_spool_put_receipt(&spool, 7, SPAN_LITERAL("Format: 2\n"), SPAN_LITERAL("signature")) == NULL);
	CHECK(ch_spool_put_photo(&spool, 7, SPAN_LITERAL("blurred")) == NULL);
	CHECK(ch_spool_put_photo(&spool, 7, SPAN_LITERAL("sharp")) == NULL);
	ch_spool_close(&spool);
	CHECK_EQUAL(listed(), 2);

	CHECK(ch_spool_open(&spool, &store, first) == NULL);
	check_receipt(&spool, 7, SPAN_LITERAL("Format: 1\n"));
	check_receipt(&spool, 8, none);
	check_photo(&spool, 7, SPAN_LITERAL("sharp"));
	check_photo(&spool, 8, none);
	check_receipt(&other, 7, none);
	check_photos(&spool);

	CHECK(ch_spool_remove(&other, &store) == NULL);
	CHECK(creat("chancery/spool/README", 0600) >= 0);
	CHECK_EQUAL(listed(), 1);
	CHECK(ch_spool_remove(&spool, &store) == NULL);
	CHECK_EQUAL(listed(), 0);
	check_reserve();
	ch_arena_clear(&arena);
	return test_result();
}
