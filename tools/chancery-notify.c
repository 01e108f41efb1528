/*
 * chancery-notify: tells people by mail what the register says.
 *
 *	main
 *	  setup          the mail program and the sender's address
 *	  round          once, or whenever the register moves or something is due
 *	    read_register
 *	    enqueue      notices behind the place where it stopped, each into the queue, then the place
 *	    deliver      what is due in the queue
 *	  preview        -n: what would be sent
 */
#include <inttypes.h>
#include <unistd.h>

#include "cli.h"
#include "seen.h"
#include "tell/address.h"
#include "tell/deliver.h"
#include "tell/wording.h"
#include "watch.h"

enum { OPT_WATCH = 0x2000, OPT_SINCE, OPT_SENDMAIL, OPT_PATIENCE, PATIENCE = 60 };

struct notifying {
	struct cli *cli;
	struct ch_mailbox box;
	struct ch_postman postman;
	const char *since; /* page to begin with */
	uint64_t begin;
	bool watch;
	int64_t next;	       /* something is due then */
	struct ch_delivery delivery;
};

static void
tell(void *context, const char *name, const struct ch_mail *mail, enum ch_delivered became)
{
	static const char *const words[] = {[CH_MAIL_SENT] = "sent", [CH_MAIL_KEPT] = "kept", [CH_MAIL_GIVEN_UP] = "given-up"};
	const struct notifying *n = context;

	if (!n->cli->quiet)
		cli_record(n->cli,
			   (struct cli_field[]){{"became", span_text(words[became])},
						{"to", mail->recipient},
						{"notice", span_text(name)},
						{"error", became == CH_MAIL_SENT ? SPAN_LITERAL("none") : mail->error}},
			   4);
}

static const char *
setting(struct notifying *n, const char *said, const char *key, const char *otherwise)
{
	const char *value = said ? said : cli_configured(n->cli, key).value;

	return value ? value : otherwise;
}

static const struct ch_error *
setup(struct notifying *n)
{
	char host[256] = "";
	const char *standard;

	gethostname(host, sizeof(host) - 1);
	standard = ch_arena_format(&n->cli->lasting, "chancery@%s", host);
	if (!ch_address_is(span_text(standard)))
		standard = "chancery@localhost";
	n->postman.sendmail = setting(n, n->postman.sendmail, "Sendmail", "/usr/sbin/sendmail");
	n->postman.from = setting(n, NULL, "Mail-From", standard);
	n->postman.environment = environ;
	n->postman.tell = tell;
	n->postman.context = n;
	if (!ch_address_is(span_text(n->postman.from)))
		return ch_fail(CH_USAGE, "'Mail-From: %s' is not a mail address", n->postman.from);
	return NULL;
}

/* Where to begin: behind what has been told; for the first time, with what comes from now on. */
static const struct ch_error *
position(struct ch_told *told, struct notifying *n, int64_t now)
{
	const struct ch_error *error;
	bool exists;

	if ((error = ch_mailbox_position(told, &exists, &n->box, &n->cli->state)))
		return error;
	if (exists)
		return NULL;
	*told = (struct ch_told){.seq = n->since ? n->begin - 1 : n->cli->state.seq, .time = now};
	if (!n->cli->quiet && !n->since)
		fprintf(stderr, "%s: begins with what is registered behind page %" PRIu64 "\n", n->cli->name, told->seq);
	return NULL;
}

static const struct ch_error *
letter_of(struct span *text, struct notifying *n, const struct ch_notice *notice)
{
	const struct ch_error *error;
	struct ch_letter letter;

	if ((error = ch_notice_letter(&letter, notice, &n->cli->state, &n->cli->store)))
		return error;
	letter.from = span_text(n->postman.from);
	*text = ch_letter_write(&letter, &n->cli->state.arena);
	return NULL;
}

static const struct ch_error *
enqueue_one(struct notifying *n, const struct ch_notice *notice, int64_t now)
{
	struct ch_mail mail = {.recipient = notice->mail, .since = now, .next = now};
	const struct ch_error *error;

	if ((error = letter_of(&mail.letter, n, notice)))
		return error;
	return ch_mailbox_put(&n->box, (const char *)notice->id.data, &mail, false, &n->cli->state.arena);
}

static const struct ch_error *
enqueue(struct notifying *n, int64_t now)
{
	struct cli *cli = n->cli;
	const struct ch_error *error;
	struct ch_telling telling;
	struct ch_told told;

	if ((error = position(&told, n, now)) || (error = ch_notices(&telling, &cli->state, &cli->store, &told, now)))
		return error;
	for (size_t i = 0; i < telling.count; i++)
		if ((error = enqueue_one(n, &telling.notices[i], now)))
			return error;
	n->next = telling.next;
	if (told.time < now)
		told.time = now;
	return ch_mailbox_move(&n->box, &told, &cli->state);
}

static const struct ch_error *
read_register(struct notifying *n)
{
	struct cli *cli = n->cli;
	const struct ch_error *error;

	if (!cli->opened)
		return cli_open(cli);
	ch_state_clear(&cli->state);
	if ((error = ch_replay(&cli->state, &cli->store, NULL)))
		return error;
	return cli_seen(cli);
}

/* What has been queued is delivered also when the register cannot be followed any more. */
static const struct ch_error *
tell_once(struct notifying *n)
{
	int64_t now = time(NULL);
	const struct ch_error *error = read_register(n), *first;
	struct ch_error kept;

	first = ch_error_keep(&kept, error);
	if (!n->cli->opened || (n->box.directory < 0 && (error = ch_mailbox_open(&n->box, &n->cli->store))))
		return error;
	if (first == NULL)
		first = ch_error_keep(&kept, enqueue(n, now));
	if ((error = ch_deliver(&n->delivery, &n->box, &n->postman, now, &n->cli->state.arena)))
		return error;
	cli_flush();
	if (n->delivery.next < n->next)
		n->next = n->delivery.next;
	return ch_error_again(first);
}

static const struct ch_error *
watch(struct notifying *n)
{
	struct cli *cli = n->cli;
	const struct ch_error *error;
	int fd;

	if ((error = tell_once(n)) || (error = cli_watch(&fd, &cli->store)))
		return error;
	for (;;) {
		int64_t now = time(NULL);
		if ((error = tell_once(n)) || (error = cli_watch_wait(fd, n->next == INT64_MAX ? -1 : n->next > now ? n->next - now : 1)))
			return error;
	}
}

static const struct ch_error *
preview(struct notifying *n)
{
	int64_t now = time(NULL);
	const struct ch_error *error;
	struct ch_telling telling;
	struct ch_told told;
	struct span text;

	if ((error = cli_open(n->cli)) || (error = ch_mailbox_open(&n->box, &n->cli->store)) || (error = position(&told, n, now)) || (error = ch_notices(&telling, &n->cli->state, &n->cli->store, &told, now)))
		return error;
	for (size_t i = 0; i < telling.count; i++) {
		if ((error = letter_of(&text, n, &telling.notices[i])))
			return error;
		printf("%s%.*s", i ? "\n" : "", (int)text.len, (const char *)text.data);
	}
	return NULL;
}

static const struct ch_error *
outcome(const struct ch_delivery *delivery)
{
	if (delivery->given_up)
		return ch_fail(CH_REFUSED, "%zu mails were given up; they are in chancery/mail/failed, each with its reason", delivery->given_up);
	if (delivery->kept)
		return ch_fail(CH_LATER, "%zu mails are kept and will be tried again", delivery->kept);
	return NULL;
}

static const struct ch_error *
run(struct notifying *n)
{
	const struct ch_error *error;

	if ((error = setup(n)))
		return error;
	if (n->cli->dry_run)
		return preview(n);
	if (n->watch)
		return watch(n);
	error = tell_once(n);
	return error ? error : outcome(&n->delivery);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"watch", no_argument, NULL, OPT_WATCH},
						{"since", required_argument, NULL, OPT_SINCE},
						{"sendmail", required_argument, NULL, OPT_SENDMAIL},
						{"patience", required_argument, NULL, OPT_PATIENCE},
						{0}};
	struct cli cli = {.name = "chancery-notify",
			  .synopsis = "[-nq] [--json] [--watch] [--since page] [--sendmail program] [--patience seconds] [-A archive]",
			  .options = options};
	struct notifying n = {.cli = &cli, .postman.seconds = PATIENCE, .next = INT64_MAX, .box = {-1, -1, -1, -1, ""}};
	int option, status;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case OPT_WATCH:
			n.watch = true;
			break;
		case OPT_SINCE:
			n.begin = cli_number(&cli, "--since", n.since = optarg, 1, INT64_MAX);
			break;
		case OPT_SENDMAIL:
			n.postman.sendmail = optarg;
			break;
		case OPT_PATIENCE:
			n.postman.seconds = (unsigned)cli_number(&cli, "--patience", optarg, 1, 3600);
			break;
		}
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	status = cli_end(&cli, run(&n));
	ch_mailbox_close(&n.box);
	return status;
}
