/*
 * chancery: the family of tools at a glance, and a way to each.
 *
 *	main
 *	  overview     the tools that are installed, one line each
 *	  help         a manual page
 *	  dispatch     `chancery seal-apply ...`, `chancery status ...`
 */
#include <unistd.h>

#include "cli.h"

static const struct {
	const char *name, *does;
} tools[] = {
	{"chancery-init", "found an archive"},
	{"chancery-clone", "make an archive of your own of a register elsewhere"},
	{"chancery-sync", "send what was signed in a clone, and bring what is registered"},
	{"chancery-status", "show where an archive stands"},
	{"chancery-doctor", "find out what is wrong with an archive and around it"},
	{"chancery-backup", "back an archive up while it is in use, and restore it"},
	{"chancery-inbox", "show what waits for a person"},
	{"chancery-notify", "tell people by mail what the register says"},
	{"chancery-commit", "save what was written to the drive, now"},
	{"chancery-verify", "verify an archive, an extract, or the signatures of any repository"},
	{"chancery-receive", "refuse what is no act, before git lets it in"},
	{"chancery-register", "register what has been received"},
	{"chancery-registrar", "show or change who keeps the register"},
	{"chancery-submit", "hand in an act that was signed elsewhere"},
	{"chancery-view", "make a repository from which some applications can be cloned"},
	{"chancery-stamp", "have the register time-stamped by an authority"},
	{"chancery-restore", "an older version of a file, put back or shown"},
	{"chancery-report", "report the use of seals in a week or a month"},
	{"chancery-export", "write what proves an application into a tarball"},
	{"chanceryfs", "an archive as a drive"},
	{"git-lfs-transfer", "give and take large files of an archive over ssh"},
	{"git-lfs-http-backend", "give and take large files of an archive over HTTP"},
	{"people-add", "describe a person and admit a key"},
	{"people-delegate", "let somebody decide in one's place for a time"},
	{"people-key", "bring in another key, end one"},
	{"people-list", "list people, roles and keys"},
	{"people-show", "show a person with all keys"},
	{"policy-set", "put a policy into force"},
	{"policy-check", "check a policy, and explain what it allows"},
	{"seal-enrol", "give a blank seal its archive"},
	{"seal-table", "tell a seal who may decide"},
	{"seal-suspend", "keep a seal locked for the time being"},
	{"seal-resume", "end the suspension of a seal"},
	{"seal-retire", "end the service of a seal's device, to replace it"},
	{"seal-clock", "let the time of a seal that has rested for long go on"},
	{"seal-release", "let the stamp die of the attached seal be taken out"},
	{"seal-image", "make, sign and show images of a seal's firmware"},
	{"seal-update", "give the attached seal another image of its firmware"},
	{"seal-apply", "apply for the use of a seal"},
	{"seal-approve", "agree to applications for the use of a seal"},
	{"seal-reject", "end applications for the use of a seal"},
	{"seal-transfer", "hand the decision on applications to somebody else"},
	{"seal-withdraw", "take back presses that are not used yet"},
	{"seal-cancel", "take applications of your own back"},
	{"seal-unlock", "open the attached seal and keep watch over it"},
	{"seal-photo", "bring photos of presses that were taken afterwards"},
	{"seal-list", "list applications for the use of seals"},
	{"seal-show", "show everything about an application"},
	{"seal-log", "show the use of seals"},
};

/* A tool of the same installation; where that cannot be found, none. */
static const char *
sibling(struct cli *cli, const char *name)
{
	const char *directory;

	return cli_tools(&directory, cli) ? "" : ch_arena_format(&cli->lasting, "%s/%s", directory, name);
}

static void
overview(struct cli *cli)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (access(sibling(cli, tools[i].name), X_OK) == 0)
			cli_record(cli, (struct cli_field[]){{"tool", span_text(tools[i].name)}, {"does", span_text(tools[i].does)}}, 2);
}

/* What is asked for without `chancery-`, as tools can be. */
static const char *
page_name(struct cli *cli, const char *asked)
{
	static const char *const others[] = {"setup", "office", "archive", "policy", "extract", "journal", "promise", "statement"};
	const char *whole = ch_arena_format(&cli->state.arena, "chancery-%s", asked);

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i], asked) == 0)
			return whole;
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (strcmp(tools[i].name, whole) == 0)
			return whole;
	return asked;
}

/* Without a page, that of the family, which is in section 7. */
static const struct ch_error *
help(struct cli *cli, const char *asked)
{
	const char *page = asked ? page_name(cli, asked) : NULL;

	if (page)
		execlp("man", "man", page, NULL);
	else
		execlp("man", "man", "7", page = "chancery", NULL);
	return ch_fail_errno("cannot show the manual page of '%s': cannot run 'man'", page);
}

/* By its name, or by what follows `chancery-` in it. Returns only when there is no such tool. */
static const struct ch_error *
dispatch(struct cli *cli, char **argv)
{
	const char *names[] = {argv[0], ch_arena_format(&cli->state.arena, "chancery-%s", argv[0])};

	for (size_t i = 0; i < 2; i++)
		for (size_t t = 0; t < sizeof(tools) / sizeof(tools[0]); t++)
			if (strcmp(tools[t].name, names[i]) == 0) {
				argv[0] = (char *)names[i];
				execv(sibling(cli, names[i]), argv);
				return ch_fail_errno("cannot run '%s'", names[i]);
			}
	return ch_fail(CH_USAGE, "there is no tool '%s'; chancery lists them", argv[0]);
}

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "chancery", .synopsis = "[--json]\nhelp [page]\ntool [argument ...]"};

	if (argc > 1 && argv[1][0] != '-' && strcmp(argv[1], "help") != 0)
		return cli_end(&cli, dispatch(&cli, argv + 1));
	while (cli_option(&cli, argc, argv) != -1)
		;
	if (cli.count > 2)
		cli_usage(&cli, "help wants one page");
	if (cli.count)
		return cli_end(&cli, help(&cli, cli.count == 2 ? cli.operands[1] : NULL));
	overview(&cli);
	return cli_end(&cli, NULL);
}
