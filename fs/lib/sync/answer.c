#include "answer.h"

enum { LINE_SHOWN_MAX = 400 };

/* Progress is written over itself: lines end in CR as well. */
static struct span
next_line(struct span *rest)
{
	size_t len = 0;
	struct span line;

	while (len < rest->len && rest->data[len] != '\n' && rest->data[len] != '\r')
		len++;
	line = span_of(rest->data, len);
	*rest = span_skip(*rest, len < rest->len ? len + 1 : len);
	return line;
}

static bool
take_word(struct span *line, const char *word)
{
	if (!span_starts(*line, span_text(word)))
		return false;
	*line = span_skip(*line, strlen(word));
	return true;
}

bool
ch_answer_pushed(struct ch_pushed *pushed, struct span *rest)
{
	while (rest->len) {
		struct span line = next_line(rest), flag = span_cut(&line, '\t'), refs = span_cut(&line, '\t');

		span_cut(&refs, ':');
		if (flag.len != 1 || refs.len == 0)
			continue;
		*pushed = (struct ch_pushed){.refused = flag.data[0] == '!', .ref = refs, .summary = line};
		pushed->new = flag.data[0] == '*';
		pushed->there = flag.data[0] == '=';
		return true;
	}
	return false;
}

/* git pads what the other side says with blanks, to cover what stood there. */
static struct span
trim(struct span text)
{
	while (text.len && text.data[text.len - 1] == ' ')
		text.len--;
	return text;
}

bool
ch_answer_refusal(struct ch_refusal *refusal, struct span *rest)
{
	while (rest->len) {
		struct span line = trim(next_line(rest)), name;

		if (!take_word(&line, "remote: ") || !take_word(&line, "chancery-receive: "))
			continue;
		name = span_cut(&line, ':');
		if (!wire_code_from_name(&refusal->code, name) || refusal->code == WIRE_OK || !take_word(&line, " refs/"))
			continue;
		refusal->ref = span_of(line.data - strlen("refs/"), line.len + strlen("refs/"));
		refusal->ref.len = strlen("refs/") + span_cut(&line, ':').len;
		refusal->reason = take_word(&line, " ") ? line : span_of(NULL, 0);
		return true;
	}
	return false;
}

const char *
ch_answer_line(struct span text, struct ch_arena *arena)
{
	char *line;

	text.len = text.len > LINE_SHOWN_MAX ? LINE_SHOWN_MAX : text.len;
	line = ch_arena_text(arena, text);
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)line[i] < ' ' || (unsigned char)line[i] > '~')
			line[i] = '?';
	return line;
}

const char *
ch_answer_said(struct span err, struct ch_arena *arena)
{
	while (err.len) {
		struct span line = trim(next_line(&err));
		if (take_word(&line, "remote: ") && line.len)
			return ch_answer_line(line, arena);
	}
	return "it does not say why";
}

bool
ch_answer_by_register(struct span err)
{
	static const char *const words[] = {"accepted ", "refused ", "waiting ", "dropped ", "promise "};

	while (err.len) {
		struct span line = next_line(&err);
		bool said = take_word(&line, "remote: ");
		for (size_t i = 0; said && i < sizeof(words) / sizeof(words[0]); i++)
			if (span_starts(line, span_text(words[i])))
				return true;
	}
	return false;
}

static bool
contains(struct span text, const char *words)
{
	return text.len && memmem(text.data, text.len, words, strlen(words)) != NULL;
}

static enum ch_link
judge_line(struct span line)
{
	static const char *const denied[] = {"Permission denied", "Authentication failed", "Host key verification failed", "terminal prompts disabled",
					     "could not read Username", "could not read Password", "requested URL returned error: 403", "Authorization error",
					     "requested URL returned error: 400" /* nginx, of a certificate */, "detected dubious ownership", "not allowed"};
	static const char *const absent[] = {"does not appear to be a git repository", "not found", "couldn't find remote ref", "not a git repository",
					     "Unable to find remote helper"};

	for (size_t i = 0; i < sizeof(denied) / sizeof(denied[0]); i++)
		if (contains(line, denied[i]))
			return CH_LINK_DENIED;
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		if (contains(line, absent[i]))
			return CH_LINK_ABSENT;
	return CH_LINK_DOWN;
}

/* The first line that tells most; git's own last words ("Could not read from remote repository") tell least. */
enum ch_link
ch_answer_link(const char **why, struct span err, struct ch_arena *arena)
{
	enum ch_link link = CH_LINK_DOWN;
	struct span told = {0};

	while (err.len) {
		struct span line = trim(next_line(&err));
		enum ch_link is = judge_line(line);

		if (is == CH_LINK_DOWN && (link != CH_LINK_DOWN || told.len || !(contains(line, ":") && !contains(line, "%"))))
			continue;
		if (is == CH_LINK_DOWN || link == CH_LINK_DOWN)
			told = line;
		link = link == CH_LINK_DOWN ? is : link;
	}
	*why = ch_answer_line(told.len ? told : SPAN_LITERAL("git said nothing"), arena);
	return link;
}

const char *
ch_answer_advice(enum ch_link link, const char *why)
{
	if (link == CH_LINK_DENIED)
		return "; name and password in ~/.netrc are missing or wrong, or the certificate in GIT_SSL_CERT is; see chancery-clone(1)";
	if (strstr(why, "certificate"))
		return "; it is not to be trusted as it is: see \"Over HTTP\" in chancery-clone(1)";
	return "";
}
