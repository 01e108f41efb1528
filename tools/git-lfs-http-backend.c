/*
 * git-lfs-http-backend: a web server starts it for each request of git-lfs, beside git-http-backend.
 *
 *	main
 *	  ch_web_serve   fs/lib/transfer/web.h
 */
#include <stdlib.h>
#include <unistd.h>

#include "cli.h"
#include "transfer/web.h"

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "git-lfs-http-backend", .synopsis = ""};
	const char *https = getenv("HTTPS");
	struct ch_web web = {
		.root = getenv("GIT_PROJECT_ROOT"),
		.visitor = getenv("REMOTE_USER"),
		.method = getenv("REQUEST_METHOD"),
		.path = getenv("PATH_INFO"),
		.length = getenv("CONTENT_LENGTH"),
		.range = getenv("HTTP_RANGE"),
		.host = getenv("HTTP_HOST"),
		.uri = getenv("REQUEST_URI"),
		.secure = https && strcmp(https, "on") == 0,
		.all = getenv("GIT_HTTP_EXPORT_ALL") != NULL,
		.in = STDIN_FILENO,
		.out = stdout,
	};

	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count || web.method == NULL)
		cli_usage(&cli, cli.count ? "takes no operands" : "a web server starts it, as a CGI program");
	return cli_end(&cli, ch_web_serve(&web));
}
