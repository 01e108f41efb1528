#include "cli.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/* The key's line of a configuration file, NULL when there is none. */
static struct cli_setting
configured(struct cli *cli, const char *directory, const char *name, const char *wanted)
{
	const char *path = ch_arena_format(&cli->lasting, "%s/%s", directory, name);
	struct span text, key, value;
	enum wire_code code;

	if (access(path, R_OK) == 0 && cli_read_file(&text, cli, path, RECORD_MAX) == NULL)
		while (record_next(&key, &value, &text, &code))
			if (span_is(key, wanted))
				return (struct cli_setting){ch_arena_text(&cli->lasting, value), path};
	return (struct cli_setting){NULL, "nowhere"};
}

struct cli_setting
cli_configured(struct cli *cli, const char *key)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	struct cli_setting found = {NULL, "nowhere"};

	if (config)
		found = configured(cli, config, "chancery/config", key);
	if (found.value == NULL && !config && home)
		found = configured(cli, home, ".config/chancery/config", key);
	return found.value ? found : configured(cli, "/etc", "chancery/config", key);
}

/* The first that is set, with the name of its place. */
struct cli_setting
cli_archive(struct cli *cli)
{
	struct cli_setting found = {cli->archive, "option --archive"};

	if (found.value == NULL)
		found = (struct cli_setting){getenv("CHANCERY_ARCHIVE"), "environment CHANCERY_ARCHIVE"};
	return found.value ? found : cli_configured(cli, "Archive");
}

struct cli_setting
cli_person(const struct cli *cli)
{
	const char *person = getenv("CHANCERY_PERSON");

	if (cli->as)
		return (struct cli_setting){cli->as, "option --as"};
	return (struct cli_setting){person, person ? "environment CHANCERY_PERSON" : "the keyring"};
}

const struct ch_error *
cli_tools(const char **directory, struct cli *cli)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self));

	if (len <= 0)
		return ch_fail_errno("cannot find out where the tools are");
	while (len > 1 && self[len - 1] != '/')
		len--;
	*directory = ch_arena_format(&cli->lasting, "%.*s", (int)(len > 1 ? len - 1 : len), self);
	return NULL;
}

const char *
cli_temporary(void)
{
	const char *directory = getenv("TMPDIR");

	return directory ? directory : "/tmp";
}

bool
cli_is_remote(const char *place)
{
	const char *colon = strchr(place, ':'), *slash = strchr(place, '/');

	return colon && (slash == NULL || colon < slash);
}
