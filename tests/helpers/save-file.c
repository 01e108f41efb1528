/* save-file PATH [CONTENT]: saves one file of a space as another office would, past the drive; without CONTENT removes it. In a clone it waits to be sent then. */
#include <stdio.h>
#include <stdlib.h>

#include "drive/save.h"
#include "store/treeedit.h"

static struct span
read_file(const char *name, struct ch_arena *arena)
{
	uint8_t *content = ch_arena_alloc(arena, 65536);
	FILE *file = fopen(name, "r");
	size_t len = file ? fread(content, 1, 65536, file) : 0;

	if (file == NULL)
		abort();
	fclose(file);
	return span_of(content, len);
}

static const struct ch_error *
save(struct ch_saver *saver, struct span path, const char *content, struct ch_arena *arena)
{
	static const uint8_t journal[CH_JOURNAL_ID_SIZE] = "another office";
	struct ch_cut_file file = {.path = path, .has = content != NULL};
	struct ch_cut cut = {.files = &file, .count = 1};
	const struct ch_error *error;
	struct ch_oid head;
	struct ch_node node;

	if ((error = ch_saver_load(saver)) ||
	    (error = ch_tree_find(&node, &file.had, &saver->store, &saver->state.tree, span_text(ch_arena_format(arena, "files/%s", path.data)), arena)))
		return error;
	file.old = node.id;
	cut.commit = saver->state.head;
	cut.through = saver->state.whole + 1; /* rises with every save */
	if (content && (error = ch_store_write(&file.new, &saver->store, CH_BLOB, read_file(content, arena))))
		return error;
	return ch_save(&head, saver, &cut, journal);
}

int
main(int argc, char **argv)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_saver saver;

	if (argc < 2 || strncmp(argv[1], "files/", 6) != 0)
		return 2;
	if ((error = ch_saver_open(&saver, getenv("CHANCERY_ARCHIVE"))) == NULL)
		error = save(&saver, span_text(argv[1] + 6), argv[2], &arena);
	if (error)
		fprintf(stderr, "save-file: %s\n", error->message);
	ch_saver_close(&saver);
	ch_arena_clear(&arena);
	return error ? 1 : 0;
}
