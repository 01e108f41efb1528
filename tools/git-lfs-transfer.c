/*
 * git-lfs-transfer: git-lfs on the other side of an ssh connection starts it, and gets and puts large content through it.
 *
 *	main
 *	  ch_serve       fs/lib/transfer/serve.h
 *	  ch_siblings_tell   that the other sessions of this connection are not needed any more
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "transfer/exchange.h"
#include "transfer/serve.h"
#include "transfer/siblings.h"

static bool
read_operation(enum ch_operation_kind *operation, const char *word)
{
	static const char *const words[] = {[CH_DOWNLOADS] = "download", [CH_UPLOADS] = "upload", [CH_LOCKS_ONLY] = "lock"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0) {
			*operation = (enum ch_operation_kind)i;
			return true;
		}
	return false;
}

static const struct ch_error *
serve(struct ch_serving *serving)
{
	const struct ch_error *error;

	if ((error = ch_siblings_listen(&serving->wake)) == NULL && (error = ch_serve(serving)) == NULL && serving->quit)
		ch_siblings_tell();
	return error;
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "git-lfs-transfer", .synopsis = "directory operation"};
	struct ch_serving serving = {.in = STDIN_FILENO, .out = STDOUT_FILENO};
	const struct ch_error *error;
	char archive[PATH_MAX];

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count != 2)
		cli_usage(&cli, "wants an archive and what is to be done with it: git-lfs says both");
	if (!read_operation(&serving.operation, cli.operands[1]))
		cli_usage(&cli, "'%s' is not an operation: download, upload or lock", cli.operands[1]);
	serving.archive = archive;
	if ((error = ch_exchange_archive(archive, cli.operands[0])) == NULL)
		error = serve(&serving);
	return cli_end(&cli, error);
}
