/*
 * memory-torture ARCHIVE FILE: remembers the register in FILE (with FILE.key) and FILE.delta, goes on from what is there, then cuts and changes each of them in
 * many ways. Whatever is done to it, a replay must end with the state that it has without a memory, or in trouble. Prints how often each was so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "helper.h"
#include "register/page.h"

enum { SAME, TROUBLE, OUTCOMES };

enum { MEMORY, DELTA, FILES };

struct torture {
	const char *archive, *file[FILES];
	uint8_t whole[SHA256_SIZE]; /* of the state without a memory */
	struct span good[FILES];
	struct ch_arena arena;
	unsigned outcomes[OUTCOMES], used;
};

static void
add(struct wire_sha256 *h, const void *bytes, size_t len)
{
	wire_sha256_update(h, span_of(bytes, len));
}

static void
add_application(struct wire_sha256 *h, const struct ch_application *a)
{
	add(h, &a->permit.status, sizeof(a->permit.status));
	add(h, &a->permit.presses, sizeof(a->permit.presses));
	add(h, &a->permit.at, sizeof(a->permit.at));
	add(h, &a->used, sizeof(a->used));
	add(h, a->apply->id, SHA256_SIZE);
	add(h, &a->record_count, sizeof(a->record_count));
}

/* All that can be asked. */
static void
digest_of(uint8_t digest[SHA256_SIZE], struct ch_state *state)
{
	struct wire_sha256 h;

	wire_sha256_init(&h);
	add(&h, state->head.id, sizeof(state->head.id));
	add(&h, state->tree.id, sizeof(state->tree.id));
	add(&h, state->page, sizeof(state->page));
	add(&h, &state->seq, sizeof(state->seq));
	add(&h, &state->received, sizeof(state->received));
	add(&h, state->policy->digest, SHA256_SIZE);
	add(&h, &ch_state_name(state, SPAN_LITERAL("d1"))->number, sizeof(uint64_t));
	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		const struct ch_subject *subject = ch_entry_subject(state, entry);
		struct span text = ch_entry_act(state, entry)->statement.text;
		add(&h, entry->id, SHA256_SIZE);
		add(&h, &entry->seq, sizeof(entry->seq));
		add(&h, &entry->received, sizeof(entry->received));
		add(&h, &entry->code, sizeof(entry->code));
		add(&h, text.data, text.len);
		if (subject == NULL || ch_state_commit(state, &entry->commit) != entry || ch_state_act(state, entry->id) != entry ||
		    ch_state_subject(state, subject->path) != subject)
			add(&h, "?", 1);
		else if (ch_application_of(subject))
			add_application(&h, ch_application_of(subject));
	}
	wire_sha256_final(&h, digest);
}

static void
open_with(struct ch_store *store, const struct torture *t, const char *file)
{
	must(ch_store_open(store, t->archive));
	snprintf(store->memory, sizeof(store->memory), "%s", file);
	snprintf(store->memory_key, sizeof(store->memory_key), "%s.key", t->file[MEMORY]);
}

static void
write_file(const char *path, struct span bytes)
{
	FILE *file = fopen(path, "w");

	if (file == NULL || fwrite(bytes.data, 1, bytes.len, file) != bytes.len || fclose(file) != 0)
		exit(2);
}

static void
read_file(struct span *bytes, const char *path, struct ch_arena *arena)
{
	struct stat status;
	FILE *file = fopen(path, "r");
	uint8_t *out;

	*bytes = span_of(NULL, 0);
	if (file == NULL)
		return;
	if (fstat(fileno(file), &status) != 0)
		exit(2);
	out = ch_arena_alloc(arena, (size_t)status.st_size);
	if (fread(out, 1, (size_t)status.st_size, file) != (size_t)status.st_size)
		exit(2);
	fclose(file);
	*bytes = span_of(out, (size_t)status.st_size);
}

static void
count_page(void *context, const struct ch_page *page)
{
	(void)page;
	++*(size_t *)context;
}

/* What a replay makes of the files as they are now. */
static void
attempt(struct torture *t, const char *what, size_t at)
{
	uint8_t is[SHA256_SIZE];
	struct ch_store store;
	struct ch_state state = {0};
	size_t pages = 0;

	open_with(&store, t, t->file[MEMORY]);
	must(ch_replay(&state, &store, &(struct ch_observer){.page = count_page, .context = &pages}));
	digest_of(is, &state);
	if (ch_state_trouble(&state)) {
		t->outcomes[TROUBLE]++;
	} else if (memcmp(is, t->whole, sizeof(is)) == 0) {
		t->outcomes[SAME]++;
		t->used += pages < state.seq;
	} else {
		fprintf(stderr, "%s at %zu: another state\n", what, at);
		exit(1);
	}
	ch_state_clear(&state);
	ch_store_close(&store);
}

static void
remember(struct torture *t)
{
	struct ch_store store;
	struct ch_state state = {0};

	open_with(&store, t, "");
	must(ch_replay(&state, &store, NULL));
	digest_of(t->whole, &state);
	ch_state_clear(&state);
	ch_store_close(&store);
	attempt(t, "with the memory that is there, or none", 0);
	t->used = 0;
	attempt(t, "with a good one", 0);
	if (t->used != 1)
		exit(1);
	for (unsigned i = 0; i < FILES; i++)
		read_file(&t->good[i], t->file[i], &t->arena);
}

/* The one as given, the other one as it was. */
static void
with(struct torture *t, unsigned victim, struct span bytes, const char *what, size_t at)
{
	for (unsigned i = 0; i < FILES; i++)
		if (t->good[i].len)
			write_file(t->file[i], i == victim ? bytes : t->good[i]);
	attempt(t, what, at);
}

static void
flip(struct torture *t, unsigned victim, size_t at)
{
	uint8_t *byte = (uint8_t *)t->good[victim].data + at;

	*byte ^= 0x40;
	with(t, victim, t->good[victim], "changed", at);
	*byte ^= 0x40;
}

static void
torture(struct torture *t, unsigned victim)
{
	size_t len = t->good[victim].len;

	for (size_t at = 0; at < 400; at += 23)
		flip(t, victim, at);
	for (size_t at = 1024; at < len; at += len / 30)
		flip(t, victim, at);
	for (size_t at = 0; at < len; at += len / 12)
		with(t, victim, span_of(t->good[victim].data, at), "cut", at);
	with(t, victim, t->good[victim], "as it was", 0);
}

int
main(int argc, char **argv)
{
	struct torture t = {0};

	if (argc != 3)
		return 2;
	t.archive = argv[1];
	t.file[MEMORY] = argv[2];
	t.file[DELTA] = ch_arena_format(&t.arena, "%s.delta", argv[2]);
	remember(&t);
	for (unsigned i = 0; i < FILES; i++)
		if (t.good[i].len)
			torture(&t, i);
	printf("same %u, of these with the memory %u, trouble %u; a memory of %zu bytes, changes of %zu\n", t.outcomes[SAME], t.used, t.outcomes[TROUBLE],
	       t.good[MEMORY].len, t.good[DELTA].len);
	ch_arena_clear(&t.arena);
	return 0;
}
