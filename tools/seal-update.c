/*
 * seal-update: gives the attached seal another image of its firmware, or says which one it runs.
 *
 *	main
 *	  choose     the image in the file that is made for the seal's board and its free slot
 *	  upload     into that slot; the seal says whether it takes it
 *	  await      until it has started again, and whether the new image has confirmed itself
 */
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "link/session.h"
#include "wire/image.h"

enum { FILE_MAX = 16 * 1024 * 1024, PATIENCE = 60 /* seconds */ };

struct update {
	struct cli *cli;
	struct ch_link *link;
	const char *device;
	struct frame_image before, after;
	struct image image;
};

static void
show(const struct update *u, const struct frame_image *is)
{
	struct ch_arena *arena = &u->cli->state.arena;

	cli_record(u->cli,
		   (struct cli_field[]){{"board", span_text(is->board)}, {"release", ch_arena_number(arena, is->version)},
			{"least", ch_arena_number(arena, is->counter)}, {"trial", span_text(is->trial ? "yes" : "no")},
			{"digest", ch_arena_hex(arena, is->digest, SHA256_SIZE)}},
		   5);
}

static const struct ch_error *
open_seal(struct update *u, struct frame_image *is)
{
	const struct ch_error *error;

	if ((error = ch_link_open(&u->link, u->device)))
		return error;
	if ((error = ch_session_image(is, u->link)) && error->code == WIRE_NOT_ALLOWED)
		return ch_refuse(WIRE_NOT_ALLOWED, "the attached seal has no boot stage, or its slots are damaged: it cannot be given another image");
	return error;
}

static const struct ch_error *
choose(struct update *u)
{
	const char *path = u->cli->operands[0];
	const struct ch_error *error;
	struct span rest;

	if ((error = cli_read_file(&rest, u->cli, path, FILE_MAX)))
		return error;
	do {
		if (image_read(&u->image, rest) != WIRE_OK)
			return ch_refuse(WIRE_MALFORMED_IMAGE, "'%s' is no image of a seal's firmware, or not all of one", path);
		rest = span_skip(rest, image_size(&u->image));
	} while (rest.len > 0 && (strcmp(u->image.board, u->before.board) != 0 || u->image.address != u->before.next));
	if (strcmp(u->image.board, u->before.board) != 0)
		return ch_refuse(WIRE_WRONG_BOARD, "'%s' is made for the board '%s'; the attached seal is '%s'", path, u->image.board, u->before.board);
	if (u->image.address != u->before.next)
		return ch_refuse(WIRE_WRONG_BOARD, "'%s' has no image for 0x%08x, where the seal has room for the next one", path, u->before.next);
	if (u->image.version < u->before.counter)
		return ch_refuse(WIRE_STALE_IMAGE, "'%s' is release %u; the seal has run release %u and takes nothing older", path, u->image.version,
				 u->before.counter);
	return NULL;
}

static const struct ch_error *
upload(struct update *u)
{
	struct span bytes = span_of(u->image.head.data, image_size(&u->image));
	const struct ch_error *error;

	for (size_t at = 0; at < bytes.len;) {
		cli_tell(u->cli, at / 1024, "KiB written");
		if ((error = ch_session_update(&at, u->link, bytes)))
			return error;
	}
	cli_progress_end(u->cli);
	return ch_session_install(u->link);
}

/* The seal leaves the bus and comes back. */
static const struct ch_error *
reconnect(struct update *u)
{
	const struct ch_error *error;
	time_t began = time(NULL);

	do {
		ch_link_close(u->link);
		u->link = NULL;
		nanosleep(&(struct timespec){.tv_nsec = 200 * 1000000L}, NULL);
		error = open_seal(u, &u->after);
	} while (error && (error->class == CH_LATER || error->class == CH_IO) && time(NULL) - began < PATIENCE);
	return error;
}

static bool
is_new(const struct update *u)
{
	return u->after.version == u->image.version && memcmp(u->after.digest, u->image.digest, SHA256_SIZE) == 0;
}

/* While the link is still up the seal answers as before. */
static const struct ch_error *
await(struct update *u)
{
	const struct ch_error *error;
	time_t began = time(NULL);

	do
		if ((error = reconnect(u)))
			return error;
	while (u->after.next == u->before.next && time(NULL) - began < 2);
	if (!is_new(u))
		return ch_refuse(WIRE_FAULT, "release %u did not start, or did not confirm itself; the seal is back at release %u", u->image.version,
				 u->after.version);
	return u->after.trial ? ch_refuse(WIRE_FAULT, "release %u runs and does not confirm itself; at the next start the seal goes back to release %u",
					  u->image.version, u->before.version)
			      : NULL;
}

static const struct ch_error *
run(struct update *u)
{
	const struct ch_error *error;

	if ((error = open_seal(u, &u->before)))
		return error;
	if (u->cli->count == 0) {
		show(u, &u->before);
		return NULL;
	}
	if ((error = choose(u)) || u->cli->dry_run)
		return error;
	if ((error = upload(u)) || (error = await(u)))
		return error;
	if (!u->cli->quiet)
		show(u, &u->after);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"device", required_argument, NULL, 'd'}, {0}};
	struct cli cli = {.name = "seal-update", .synopsis = "[-nq] [--json] [--device device] [image]", .options = options};
	struct update u = {.cli = &cli, .device = getenv("CHANCERY_SEAL")};
	const struct ch_error *error;

	while (cli_option(&cli, argc, argv) != -1)
		u.device = optarg;
	if (cli.count > 1)
		cli_usage(&cli, "wants one image, or none to say what the seal runs");
	error = run(&u);
	ch_link_close(u.link);
	return cli_end(&cli, error);
}
