/*
 * What all tools have in common, so that each is one page: options, the archive they work on, who works, and how they end.
 *
 *	-A, --archive DIR   the archive; else $CHANCERY_ARCHIVE, else `Archive:` in $XDG_CONFIG_HOME/chancery/config, /etc/chancery/config
 *	    --as PERSON     who acts, when the keyring has keys of several people; else $CHANCERY_PERSON
 *	-n, --dry-run       say what would be done, and what is missing
 *	-q, --quiet         no output but results asked for
 *	    --json          records as JSON
 *	-0, --null          names on standard input end in NUL
 *	    --help, --version
 *
 * Exit: 0 done, 1 refused or found bad, 2 usage, 3 cannot tell, 74 I/O error, 75 try again later.
 * Only main prints: a tool returns its error to cli_end().
 *
 * cli.c: options and what stands on the command line, progress, the end; setting.c: what is configured, and where things are; opening.c: the archive; act.c: signing and registering; output.c:
 * records.
 */
#ifndef CLI_H
#define CLI_H

#include <getopt.h>
#include <stdio.h>
#include <time.h>

#include "register/draft.h"
#include "register/local.h"
#include "register/page.h"
#include "sync/origin.h"

enum { CLI_OPTIONS_MAX = 32 };

struct cli {
	const char *name;     /* of the program */
	const char *synopsis; /* behind the name, as in the page's SYNOPSIS; lines separated by '\n' for several forms */
	const struct option *options; /* long options of its own, ended by a zeroed one; NULL: none */
	const char *letters;	      /* short options of its own, as getopt has them */

	const char *archive, *as;
	bool dry_run, quiet, json, null;
	bool full; /* set before opening: nothing is taken from, or kept in, the memory of what was verified */
	bool serves; /* set before opening: the archive that git has started it in is its own; that memory lies there, since it has no home */
	char **operands;
	int count;

	struct ch_store store;
	struct ch_state state;
	struct ch_signer signer;
	struct ch_secret registrar, device;
	struct span device_id;
	bool opened;

	bool only_registered;	 /* set before opening: of a clone, too, nothing that is not on a page */
	bool is_clone;		 /* there is no registrar here: acts are sent */
	struct ch_origin origin; /* then */
	struct ch_arena lasting; /* until the end, whatever becomes of the state */
	bool kept;		 /* what was to be registered waits in the outbox */

	time_t began, told; /* reading the register; its progress on the terminal */
};

/* The next option that is the tool's own, -1 at the end; then operands and count are set. Ends the program for --help, --version and bad usage. */
int cli_option(struct cli *cli, int argc, char **argv);

/* Ends the program with status 2 and the usage. */
_Noreturn void cli_usage(const struct cli *cli, const char *complaint, ...) __attribute__((format(printf, 2, 3)));

/* A decimal option value within bounds, or bad usage. */
uint64_t cli_number(const struct cli *cli, const char *what, const char *text, uint64_t least, uint64_t most);

/* A text that the archive can hold, or bad usage. */
const char *cli_text(const struct cli *cli, const char *what, const char *text);

/* A mail address that mail can be sent to, or "none", or bad usage. */
const char *cli_mail(const struct cli *cli, const char *text);

/* A point in time: YYYY-MM-DD (UTC, begin of day), YYYY-MM-DDThh:mm:ssZ, +N[smhdw] from now or -N[smhdw] ago. As a statement has it, in the state's arena. */
struct span cli_time(struct cli *cli, const char *what, const char *text);

/* What is configured, NULL when nothing is, and where that comes from. Good until the end, whatever becomes of the state. */
struct cli_setting {
	const char *value, *source;
};
struct cli_setting cli_archive(struct cli *cli);
struct cli_setting cli_configured(struct cli *cli, const char *key); /* by the configuration files alone */
struct cli_setting cli_person(const struct cli *cli);

/* The directory that this program is in, where the others of its installation are. Good until the end. */
const struct ch_error *cli_tools(const char **directory, struct cli *cli);

/* That of temporary files. */
const char *cli_temporary(void);

/* Whether it is a URL, or "host:path" as git and rsync have it, and no path of this machine. */
bool cli_is_remote(const char *place);

/* For tools that open the store themselves: lets it remember what was verified, before the register is replayed; and says afterwards why that did not help. */
void cli_remember(struct cli *cli);
void cli_warn_forgotten(const struct cli *cli);

/* Finds the archive, opens it, and looks whether it is a clone: for tools that read its register in their own way, or not at all. */
const struct ch_error *cli_open_store(struct cli *cli);
/* Opens the archive and replays its register. In a clone the state has what waits in the outbox, too, as far as it would be accepted. */
const struct ch_error *cli_open(struct cli *cli);
/* The same, and loads the keys of this machine: for who registers what others have signed. */
const struct ch_error *cli_open_to_register(struct cli *cli);
/* The same, and finds out who acts. */
const struct ch_error *cli_open_to_act(struct cli *cli);
/* What cli_open_to_register() does behind cli_open_store(). */
const struct ch_error *cli_read_to_register(struct cli *cli);
/* Reads the state again, when others may have changed the archive. Pointers into it are not valid afterwards. */
const struct ch_error *cli_reload(struct cli *cli);
/* Whether this machine has what an application's number and deposits need: an admitted device key, without which a clone can do the rest. */
const struct ch_error *cli_need_device(struct cli *cli);

/* Pages of the register that have been read: whoever waits at a terminal for longer than a second is told, until the end of the reading. */
void cli_progress(struct cli *cli, uint64_t pages);
void cli_progress_end(struct cli *cli);
/* The same of anything else that can be counted: "objects read". */
void cli_tell(struct cli *cli, uint64_t count, const char *what);
/* A line on the terminal of standard error in place of the one before, cut to its width. */
void cli_live(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Operands, or the names on standard input when there are none. NULL-terminated, in the state's arena. */
const struct ch_error *cli_subjects(char ***names, struct cli *cli);

/* An application by name or path, or CH_REFUSED that says how to find one. */
const struct ch_error *cli_application(struct ch_application **application, struct cli *cli, const char *name);

/*
 * Registers what has been signed, all or nothing. When somebody else has registered meanwhile, the state is read again and the same acts are judged
 * again. Pointers into the state are not valid afterwards. In a clone they are sent to the register, which judges each for itself; CH_LATER, and
 * cli->kept, when they wait: then they are in the state as well.
 */
const struct ch_error *cli_register(struct cli *cli, const struct ch_oid *commits, size_t count);

/* The views of the archive (extract/views.h) follow what was registered; where one cannot, a warning says so. cli_register() has done it. */
void cli_update_views(struct cli *cli);

/* What -n asks: CH_REFUSED as the register would say it; that it would be accepted is said to whoever reads it on a terminal. */
const struct ch_error *cli_would(struct cli *cli, struct ch_draft *draft);

/* Signs and registers one act; with -n cli_would(). Prints "<act id>\t<subject>" unless quiet. */
const struct ch_error *cli_act(struct cli *cli, struct ch_draft *draft);

/* Reads a whole file ("-": standard input) into the state's arena. */
const struct ch_error *cli_read_file(struct span *content, struct cli *cli, const char *path, size_t most);

/*
 * Output: fields of one record, tab-separated, or an object with --json. On a terminal records in a row that have the same fields are a
 * table with their names above it (not when they are empty), printed when it ends.
 */
struct cli_field {
	const char *name;
	struct span value;
};
void cli_record(const struct cli *cli, const struct cli_field *fields, size_t count);

/* Prints what is complete only now: before waiting for something, and before printing by other means. */
void cli_flush(void);

/* Whether a person reads it as it is, on a terminal. */
bool cli_has_reader(const struct cli *cli);

/* Closes everything, prints the error if there is one, and gives the exit status. */
int cli_end(struct cli *cli, const struct ch_error *error);

#endif
