#include "deliver.h"

#include "address.h"
#include "base/program.h"

enum { OUTPUT_MAX = 65536 };

struct round {
	struct ch_delivery *out;
	struct ch_mailbox *box;
	const struct ch_postman *postman;
	int64_t now;
	struct ch_arena *arena;
	bool hangs;
};

static const struct ch_error *
send_one(const struct round *r, const struct ch_mail *mail)
{
	const char *recipient = ch_arena_text(r->arena, mail->recipient);
	const char *const argv[] = {r->postman->sendmail, "-i", "-f", r->postman->from, "--", recipient, NULL};
	const struct ch_program program = {.argv = argv, .environment = r->postman->environment, .seconds = r->postman->seconds, .most = OUTPUT_MAX};
	struct span output;

	return ch_program_run(&output, &program, mail->letter, r->arena);
}

static int64_t
pause_after(uint64_t attempts)
{
	int64_t pause = DELIVER_FIRST;

	while (--attempts && pause < DELIVER_MOST)
		pause *= 2;
	return pause < DELIVER_MOST ? pause : DELIVER_MOST;
}

static void
tell(const struct round *r, const char *name, const struct ch_mail *mail, enum ch_delivered became)
{
	if (r->postman->tell)
		r->postman->tell(r->postman->context, name, mail, became);
}

static const struct ch_error *
keep(struct round *r, const char *name, struct ch_mail *mail, const char *why, bool for_good)
{
	const struct ch_error *error;

	mail->error = span_text(why);
	mail->attempts++;
	mail->next = r->now + pause_after(mail->attempts);
	if ((error = ch_mailbox_put(r->box, name, mail, true, r->arena)))
		return error;
	if (for_good || mail->next > mail->since + DELIVER_DAYS * 86400) {
		r->out->given_up++;
		if ((error = ch_mailbox_give_up(r->box, name)))
			return error;
		tell(r, name, mail, CH_MAIL_GIVEN_UP);
		return NULL;
	}
	r->out->kept++;
	r->out->next = mail->next < r->out->next ? mail->next : r->out->next;
	tell(r, name, mail, CH_MAIL_KEPT);
	return NULL;
}

/* One that is further away than any pause was put there by a clock that has been set back since. */
static bool
is_due(const struct ch_mail *mail, int64_t now)
{
	return mail->next <= now || mail->next > now + DELIVER_MOST;
}

static const struct ch_error *
try_one(struct round *r, const char *name)
{
	const struct ch_error *error;
	struct ch_mail mail;

	if ((error = ch_mailbox_get(&mail, r->box, name, r->arena))) {
		r->out->given_up += error->class == CH_REFUSED;
		return error->class == CH_REFUSED ? ch_mailbox_give_up(r->box, name) : error;
	}
	if (r->hangs || !is_due(&mail, r->now)) {
		r->out->kept++;
		r->out->next = mail.next < r->out->next ? mail.next : r->out->next;
		return NULL;
	}
	if (!ch_address_is(mail.recipient))
		return keep(r, name, &mail, "the recipient is not a mail address", true);
	if ((error = send_one(r, &mail))) {
		r->hangs = error->class == CH_LATER;
		return keep(r, name, &mail, ch_arena_text(r->arena, span_text(error->message)), false);
	}
	if ((error = ch_mailbox_remove(r->box, name)))
		return error;
	r->out->sent++;
	tell(r, name, &mail, CH_MAIL_SENT);
	return NULL;
}

const struct ch_error *
ch_deliver(struct ch_delivery *out, struct ch_mailbox *box, const struct ch_postman *postman, int64_t now, struct ch_arena *arena)
{
	struct round r = {.out = out, .box = box, .postman = postman, .now = now, .arena = arena};
	const struct ch_error *error;
	char **names;
	size_t count;

	*out = (struct ch_delivery){.next = INT64_MAX};
	if ((error = ch_mailbox_list(&names, &count, box, arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		if ((error = try_one(&r, names[i])))
			return error;
	return NULL;
}
