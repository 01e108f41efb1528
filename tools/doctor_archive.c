/* An archive that is open: who works here, with what, and what has been left. */
#include <dirent.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "doctor.h"
#include "intake/hooks.h"
#include "register/charter.h"
#include "store/leftover.h"
#include "sync/outbox.h"

enum { CLOCKS_DIFFER = 300, PACKS_MANY = 200, LOOSE_MANY = 7000, HOOK_MAX = 4096 };

static void
check_keys(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	const struct ch_error *error;

	if (cli->is_clone)
		doctor_say(doctor, DOCTOR_FINE, "registrar", NULL, "a clone: registered at '%.*s'", (int)cli->origin.url.len, (const char *)cli->origin.url.data);
	else if ((error = ch_local_registrar_of(&cli->registrar, &cli->store, &cli->state)))
		doctor_say(doctor, DOCTOR_WRONG, "registrar", "nothing can be registered here; see chancery-registrar(1) and chancery-backup(8)", "%s", error->message);
	else
		doctor_say(doctor, DOCTOR_FINE, "registrar", NULL, "its key is here, and the one of the register");
	if ((error = ch_local_device(&cli->device, &cli->store)) || (error = cli_need_device(cli)))
		doctor_say(doctor, DOCTOR_WARNING, "device", "have it admitted, see people-key(1); a drive cannot save, and nobody apply, without it", "%s", error->message);
	else
		doctor_say(doctor, DOCTOR_FINE, "device", NULL, "this machine is '%.*s'", (int)cli->device_id.len, (const char *)cli->device_id.data);
}

/* Whose keys are lost beyond their threshold cannot be replaced by anybody. */
static void
check_administrators(struct doctor *doctor)
{
	const struct ch_state *state = &doctor->cli->state;
	uint64_t reach = ch_charter_reach(state, NULL), threshold = state->threshold;

	if (reach < threshold)
		doctor_say(doctor, DOCTOR_WRONG, "administrators", "if a key was only mislaid, use it; a new registrar or new administrators would take another archive",
			   "%llu of them have valid keys, and %llu have to agree", (unsigned long long)reach, (unsigned long long)threshold);
	else if (reach == threshold)
		doctor_say(doctor, DOCTOR_WARNING, "administrators", "appoint another, see chancery-registrar(1): with one key lost nobody could any more",
			   "%llu of them have valid keys, and as many have to agree", (unsigned long long)reach);
	else
		doctor_say(doctor, DOCTOR_FINE, "administrators", NULL, "%llu of them have valid keys, and %llu have to agree", (unsigned long long)reach, (unsigned long long)threshold);
}

/* A server may have nobody who decides on it. */
static void
check_person(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	struct cli_setting as = cli_person(cli);
	const struct ch_error *error = ch_signer_person(&cli->signer, &cli->state, span_text(as.value ? as.value : ""));

	if (error)
		doctor_say(doctor, as.value && *as.value ? DOCTOR_WRONG : DOCTOR_WARNING, "person", "this user cannot decide here; see people-add(1), and --as", "%s", error->message);
	else
		doctor_say(doctor, DOCTOR_FINE, "person", NULL, "'%.*s', by %s", (int)cli->signer.actor.len, (const char *)cli->signer.actor.data, as.source);
}

/* That the program which a hook starts is there. */
static bool
hook_works(struct doctor *doctor, const char *name)
{
	struct ch_arena *arena = &doctor->cli->state.arena;
	const char *path = ch_arena_format(arena, "%s/hooks/%s", doctor->cli->store.path, name);
	struct span text, program;

	if (access(path, X_OK) != 0 || cli_read_file(&text, doctor->cli, path, HOOK_MAX))
		return false;
	while (text.len && !span_starts(text, SPAN_LITERAL("\nexec ")))
		text = span_skip(text, 1);
	if (text.len == 0)
		return true; /* the administrator's own */
	text = span_skip(text, strlen("\nexec "));
	program = span_cut(&text, ' ');
	if (span_starts(program, SPAN_LITERAL("'"))) {
		const char *quoted = ch_arena_text(arena, span_skip(program, 1));
		const char *end = strchr(quoted, '\'');

		return end && access(ch_arena_format(arena, "%.*s%s", (int)(end - quoted), quoted, end + 1), X_OK) == 0;
	}
	return access(ch_arena_text(arena, program), X_OK) == 0;
}

static void
check_hooks(struct doctor *doctor)
{
	const struct ch_error *error;
	const char *tools;

	if (doctor->cli->is_clone)
		return;
	if (hook_works(doctor, "pre-receive") && hook_works(doctor, "post-receive"))
		doctor_say(doctor, DOCTOR_FINE, "hooks", NULL, "are there, and what they start");
	else if (!doctor->fix)
		doctor_say(doctor, DOCTOR_WRONG, "hooks", "--fix writes them anew: without them pushes are not judged when they come", "pre-receive or post-receive cannot be started");
	else if ((error = cli_tools(&tools, doctor->cli)) || (error = ch_hooks_install(&doctor->cli->store, tools)))
		doctor_say(doctor, DOCTOR_WRONG, "hooks", "see the message", "%s", error->message);
	else
		doctor_say(doctor, DOCTOR_FIXED, "hooks", NULL, "written anew, for the tools in '%s'", tools);
}

/* The lock that the sweep needs says at the same time whether somebody holds it for long. */
static void
check_leftovers(struct doctor *doctor)
{
	struct ch_store *store = &doctor->cli->store;
	const struct ch_error *error;
	size_t found;

	if ((error = ch_store_lock_within(store, 2)) && error->class != CH_LATER) {
		doctor_say(doctor, DOCTOR_WARNING, "locks", "see the message", "%s", error->message);
		return;
	}
	if (error) {
		doctor_say(doctor, DOCTOR_WARNING, "locks", "look again; a process that hangs is named by fuser ARCHIVE/chancery/lock", "somebody has been registering for seconds");
		return;
	}
	found = doctor->fix ? ch_leftover_sweep_all(store) : ch_leftover_count(store);
	ch_store_unlock(store);
	if (found == 0)
		doctor_say(doctor, DOCTOR_FINE, "locks", NULL, "nobody has left any");
	else
		doctor_say(doctor, doctor->fix ? DOCTOR_FIXED : DOCTOR_WRONG, "locks", doctor->fix ? NULL : "--fix removes them",
			   "%zu locks or unfinished pushes of processes that have died, or broken references of a loss of power", found);
}

/* Of the register: a clock that is behind it cannot sign what it would accept. */
static void
check_time(struct doctor *doctor)
{
	int64_t behind = doctor->cli->state.received - time(NULL);
	char received[TIME_TEXT + 1];

	text_put_time(received, doctor->cli->state.received);
	if (behind > CLOCKS_DIFFER)
		doctor_say(doctor, DOCTOR_WRONG, "time", "set the clock; acts signed by it would be refused or back-dated", "this machine is %lld s behind the last page, of %s",
			   (long long)behind, received);
	else
		doctor_say(doctor, DOCTOR_FINE, "time", NULL, "the last page is of %s", received);
}

static size_t
count_entries(const char *directory)
{
	DIR *entries = opendir(directory);
	const struct dirent *entry;
	size_t count = 0;

	while (entries && (entry = readdir(entries)))
		count += entry->d_name[0] != '.';
	if (entries)
		closedir(entries);
	return count;
}

static void
check_mail(struct doctor *doctor)
{
	size_t failed = count_entries(ch_arena_format(&doctor->cli->state.arena, "%s/chancery/mail/failed", doctor->cli->store.path));

	if (failed)
		doctor_say(doctor, DOCTOR_WARNING, "mail", "see chancery-notify(1): who was not told, and why", "%zu mails were given up", failed);
	else
		doctor_say(doctor, DOCTOR_FINE, "mail", NULL, "none was given up");
}

/* As git's own heuristic has it: one of the 256 directories stands for all. */
static void
check_loose(struct doctor *doctor)
{
	size_t loose = count_entries(ch_arena_format(&doctor->cli->state.arena, "%s/objects/17", doctor->cli->store.path)) * 256;
	size_t packs = count_entries(ch_arena_format(&doctor->cli->state.arena, "%s/objects/pack", doctor->cli->store.path)) / 2;

	if (loose > LOOSE_MANY || packs > PACKS_MANY)
		doctor_say(doctor, DOCTOR_WARNING, "packs", "git -C ARCHIVE maintenance run, also while a drive is mounted", "about %zu loose objects, %zu packs", loose, packs);
	else
		doctor_say(doctor, DOCTOR_FINE, "packs", NULL, "about %zu loose objects, %zu packs", loose, packs);
}

static void
check_outbox(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	const struct ch_error *error;
	struct ch_waiting *waiting;
	struct ch_refused *refused;
	size_t waits, count;

	if (!cli->is_clone)
		return;
	if ((error = ch_outbox(&waiting, &waits, &cli->store, cli->origin.client, &cli->state.arena)) ||
	    (error = ch_refused_list(&refused, &count, &cli->store, cli->origin.client, &cli->state.arena)))
		doctor_say(doctor, DOCTOR_WRONG, "outbox", "see the message", "%s", error->message);
	else if (waits || count)
		doctor_say(doctor, DOCTOR_WARNING, "outbox", "chancery-sync sends what waits; chancery-status says why something was refused", "%zu acts wait, %zu were refused", waits, count);
	else
		doctor_say(doctor, DOCTOR_FINE, "outbox", NULL, "empty");
}

void
doctor_archive(struct doctor *doctor)
{
	check_keys(doctor);
	check_administrators(doctor);
	check_person(doctor);
	check_time(doctor);
	check_hooks(doctor);
	check_leftovers(doctor);
	check_loose(doctor);
	check_mail(doctor);
	check_outbox(doctor);
}
