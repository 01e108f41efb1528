/*
 * frames: the raw sender. Each line of standard input is what goes over the cable, as hex; blanks and what follows '#' do not
 * count. Each answer is printed as its type and, for a RESULT, the code's name, for anything else its payload as hex. It asks
 * nothing and checks nothing.
 *
 *	frames <script		a line `=TYPE HEX` is put into a frame: `=08 00112233445566778899aabbccddeeff`
 */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "link/link.h"

static size_t
hex(uint8_t *out, size_t size, const char *text)
{
	size_t digits = 0;

	for (; *text != '\0' && *text != '#'; text++) {
		int value = isdigit((unsigned char)*text) ? *text - '0' : *text - 'a' + 10;

		if (isspace((unsigned char)*text))
			continue;
		if (value < 0 || value > 15 || digits / 2 == size)
			errx(2, "not a line of hex: '%s'", text);
		out[digits / 2] = (uint8_t)(digits % 2 == 0 ? value << 4 : out[digits / 2] | value);
		digits++;
	}
	return digits / 2;
}

static void
print_answer(const struct frame *answer)
{
	enum wire_code code;
	struct span detail;

	printf("%02x", answer->type);
	if (answer->type == FRAME_RESULT && frame_read_result(&code, &detail, answer->payload)) {
		if (code != WIRE_OK)
			detail = span_text(wire_code_sentence(code));
		printf(" %s %.*s\n", wire_code_name(code), (int)detail.len, (const char *)detail.data);
		return;
	}
	printf(" ");
	for (size_t i = 0; i < answer->payload.len; i++)
		printf("%02x", answer->payload.data[i]);
	printf("\n");
}

/* The bytes of a line: as they are, or framed. */
static struct span
line_bytes(uint8_t out[2 * FRAME_MAX], const char *line)
{
	uint8_t payload[2 * FRAME_MAX];
	enum frame_type type;
	char *rest;

	if (line[0] != '=')
		return span_of(out, hex(out, 2 * FRAME_MAX, line));
	type = (enum frame_type)strtoul(line + 1, &rest, 16);
	return span_of(out, frame_write(out, 2 * FRAME_MAX, type, span_of(payload, hex(payload, sizeof(payload), rest))));
}

int
main(void)
{
	const struct ch_error *error;
	struct ch_link *link;
	struct frame answer;
	uint8_t bytes[2 * FRAME_MAX];
	char *line = NULL;
	size_t size = 0;

	if ((error = ch_link_open(&link, getenv("CHANCERY_SEAL"))))
		errx((int)error->class, "%s", error->message);
	while (getline(&line, &size, stdin) > 0) {
		struct span sent = line_bytes(bytes, line);

		if (sent.len == 0)
			continue;
		if ((error = ch_link_call_raw(&answer, link, sent)))
			break;
		print_answer(&answer);
		fflush(stdout);
	}
	if (error != NULL)
		warnx("%s", error->message);
	free(line);
	ch_link_close(link);
	return error != NULL ? (int)error->class : 0;
}
