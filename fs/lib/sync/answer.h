/*
 * What stock git says of a push or a fetch, and the other side through it. Pure functions over text that anybody may have written: nothing is believed
 * because of it; it decides only what a person is told, and whether something is tried again.
 */
#ifndef CH_ANSWER_H
#define CH_ANSWER_H

#include "base/arena.h"
#include "wire/code.h"

/* One reference of `git push --porcelain`: "<flag>\t<from>:<to>\t<summary>". */
struct ch_pushed {
	bool refused, new, there; /* flags '!', '*' and '=' */
	struct span ref, summary;
};

/* Takes the next one off *rest, passing over other lines; false at the end. */
bool ch_answer_pushed(struct ch_pushed *pushed, struct span *rest);

/* Why an act was refused at receipt: "remote: chancery-receive: <code>: <ref>: <reason>" */
struct ch_refusal {
	enum wire_code code;
	struct span ref, reason;
};
bool ch_answer_refusal(struct ch_refusal *refusal, struct span *rest);

/* Whether a register has said what became of an act, or promised: where nobody says so the other side is none, or is without its hooks. */
bool ch_answer_by_register(struct span err);

/* What the other side says first: one line, printable, in the arena. */
const char *ch_answer_said(struct span err, struct ch_arena *arena);

enum ch_link {
	CH_LINK_DOWN,	/* nobody answers, or not to the end: later */
	CH_LINK_DENIED, /* the other side does not let us in, or is not whom we know */
	CH_LINK_ABSENT, /* there is no such repository, or no register in it */
};

/* What is the matter when git could not do it, and its words for that: one line, printable, in the arena. */
enum ch_link ch_answer_link(const char **why, struct span err, struct ch_arena *arena);

/* What to do about that when it is a web server, to be put behind its words: name and password, or its certificate; "" when there is nothing to be said. */
const char *ch_answer_advice(enum ch_link link, const char *why);

/* Text as one line that a terminal can show: what is not a printable character becomes '?'. */
const char *ch_answer_line(struct span text, struct ch_arena *arena);

#endif
