/*
 * smartcard PORT: an OpenPGP card (OpenPGP Smart Card Application 3.4) for the reader of vsmartcard's vpcd. Its keys are Ed25519 and Curve25519, made on the card; those for decryption
 * and log-in do nothing. The PIN is 123456, the administrator's 12345678; what it keeps ends with the process.
 *
 * It does what each line of standard input says, and answers with the number of signatures that it has made:
 *
 *	in	the card is put into the reader, whose port is PORT; until then it is out
 *	out	it is pulled out
 *	pull N	it is pulled out at its next N-th signature: it has signed, and nobody hears of it
 *	count	nothing else
 */
#include <arpa/inet.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "helper.h"

enum { FINGERPRINT = 20, PUBLIC = 32, REPLY_MAX = 256, APDU_MAX = 261, TRIES = 3, PIN_MAX = 32, USER = 1, ADMIN = 3 };
enum { OK = 0x9000, WRONG_LENGTH = 0x6700, WRONG_PIN = 0x6982, BLOCKED = 0x6983, WRONG_DATA = 0x6a80, NO_FILE = 0x6a82, NO_DATA = 0x6a88, NO_INSTRUCTION = 0x6d00 };
/* What a reader asks in one octet (vpcd.h); others are about the power. */
enum { ANSWER_TO_RESET = 4 };

struct bytes {
	uint8_t data[REPLY_MAX];
	size_t len;
};

struct key {
	uint8_t secret[crypto_sign_SECRETKEYBYTES], public[PUBLIC], fingerprint[FINGERPRINT], created[4];
	bool made;
};

struct card {
	struct key keys[3]; /* for signatures, decryption, log-in */
	char pin[4][PIN_MAX + 1];
	uint8_t tries[4];
	bool said[4]; /* the PIN, since the power came */
	bool lasting; /* the PIN is good for more than one signature */
	bool selected;
	unsigned leaving; /* behind so many signatures more; 0: it stays */
	int reader; /* the socket to it; -1: out */
	uint32_t signatures;
};

static const uint8_t ATR[] = {0x3b, 0xda, 0x18, 0xff, 0x81, 0xb1, 0xfe, 0x75, 0x1f, 0x03, 0x00, 0x31, 0xf5, 0x73, 0xc0, 0x01, 0x60, 0x00, 0x90, 0x00, 0x1c};
static const uint8_t AID[] = {0xd2, 0x76, 0x00, 0x01, 0x24, 0x01, 0x03, 0x04, 0xff, 0xfe, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00};
static const uint8_t HISTORY[] = {0x00, 0x31, 0xc5, 0x73, 0xc0, 0x01, 0x00, 0x05, 0x90, 0x00};
static const uint8_t ABILITIES[] = {0x14, 0, 0, 0, 0, 0, 0, 0xff, 0, 0}; /* PW status and algorithms can be changed; no certificates */
static const uint8_t ED25519[] = {22, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01};
static const uint8_t CURVE25519[] = {18, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x97, 0x55, 0x01, 0x05, 0x01};

static void
append(struct bytes *out, const void *data, size_t len)
{
	if (len > sizeof(out->data) - out->len)
		errx(1, "an answer does not fit");
	memcpy(out->data + out->len, data, len);
	out->len += len;
}

static void
append_object(struct bytes *out, unsigned tag, const void *data, size_t len)
{
	if (tag > 0xff)
		append(out, (uint8_t[]){(uint8_t)(tag >> 8)}, 1);
	append(out, (uint8_t[]){tag & 0xff}, 1);
	if (len > 0x7f)
		append(out, (uint8_t[]){0x81}, 1);
	append(out, (uint8_t[]){(uint8_t)len}, 1);
	append(out, data, len);
}

/* ---- what is on the card ---- */

static void
put_pin_status(struct bytes *out, const struct card *card)
{
	append(out, (uint8_t[]){card->lasting, PIN_MAX, PIN_MAX, PIN_MAX, card->tries[USER], 0, card->tries[ADMIN]}, 7);
}

static void
put_discretionary(struct bytes *out, const struct card *card)
{
	static const uint8_t nobody[3 * FINGERPRINT];
	struct bytes part = {0};

	append_object(out, 0xc0, ABILITIES, sizeof(ABILITIES));
	append_object(out, 0xc1, ED25519, sizeof(ED25519));
	append_object(out, 0xc2, CURVE25519, sizeof(CURVE25519));
	append_object(out, 0xc3, ED25519, sizeof(ED25519));
	put_pin_status(&part, card);
	append_object(out, 0xc4, part.data, part.len);
	part.len = 0;
	for (size_t i = 0; i < 3; i++)
		append(&part, card->keys[i].fingerprint, FINGERPRINT);
	append_object(out, 0xc5, part.data, part.len);
	append_object(out, 0xc6, nobody, sizeof(nobody));
	part.len = 0;
	for (size_t i = 0; i < 3; i++)
		append(&part, card->keys[i].created, 4);
	append_object(out, 0xcd, part.data, part.len);
}

static void
put_application(struct bytes *out, const struct card *card)
{
	struct bytes inside = {0};

	append_object(out, 0x4f, AID, sizeof(AID));
	append_object(out, 0x5f52, HISTORY, sizeof(HISTORY));
	put_discretionary(&inside, card);
	append_object(out, 0x73, inside.data, inside.len);
}

static unsigned
get_data(struct bytes *out, struct card *card, unsigned tag)
{
	struct bytes inside = {0};

	switch (tag) {
	case 0x4f:
		append(out, AID, sizeof(AID));
		return OK;
	case 0x5f52:
		append(out, HISTORY, sizeof(HISTORY));
		return OK;
	case 0xc4:
		put_pin_status(out, card);
		return OK;
	case 0x6e:
		put_application(&inside, card);
		append_object(out, tag, inside.data, inside.len);
		return OK;
	case 0x65:
		append_object(&inside, 0x5b, "Wu<<Carol", 9);
		append_object(&inside, 0x5f2d, "en", 2);
		append_object(&inside, 0x5f35, "9", 1);
		append_object(out, tag, inside.data, inside.len);
		return OK;
	case 0x5e:
	case 0x5f50: /* for log-in, and where the public key is: nothing is said */
		return OK;
	case 0x7a:
		append_object(&inside, 0x93, (uint8_t[]){card->signatures >> 16 & 0xff, card->signatures >> 8 & 0xff, card->signatures & 0xff}, 3);
		append_object(out, tag, inside.data, inside.len);
		return OK;
	}
	return NO_DATA;
}

static unsigned
put_data(struct card *card, unsigned tag, struct span data)
{
	if (!card->said[ADMIN])
		return WRONG_PIN;
	if (tag >= 0xc7 && tag <= 0xc9 && data.len == FINGERPRINT)
		memcpy(card->keys[tag - 0xc7].fingerprint, data.data, FINGERPRINT);
	else if (tag >= 0xce && tag <= 0xd0 && data.len == 4)
		memcpy(card->keys[tag - 0xce].created, data.data, 4);
	else if (tag == 0xc4 && data.len == 1 && data.data[0] <= 1)
		card->lasting = data.data[0];
	else
		return WRONG_DATA;
	return OK;
}

/* ---- what it does ---- */

static unsigned
say_pin(struct card *card, unsigned which, struct span pin)
{
	unsigned number = which == 0x83 ? ADMIN : USER;
	bool *said = &card->said[which & 3];

	if (pin.len == 0)
		return *said ? OK : 0x63c0 | card->tries[number];
	if (card->tries[number] == 0)
		return BLOCKED;
	card->tries[number]--;
	*said = span_is(pin, card->pin[number]);
	if (!*said)
		return WRONG_PIN;
	card->tries[number] = TRIES;
	return OK;
}

/* A new PIN, by the administrator's word. */
static unsigned
unblock(struct card *card, struct span pin)
{
	if (!card->said[ADMIN])
		return WRONG_PIN;
	if (pin.len < 6 || pin.len > PIN_MAX)
		return WRONG_LENGTH;
	snprintf(card->pin[USER], sizeof(card->pin[USER]), "%.*s", (int)pin.len, (const char *)pin.data);
	card->tries[USER] = TRIES;
	return OK;
}

static unsigned
generate(struct bytes *out, struct card *card, bool anew, struct span which)
{
	static const uint8_t references[] = {0xb6, 0xb8, 0xa4};
	const uint8_t *reference = which.len ? memchr(references, which.data[0], sizeof(references)) : NULL;
	struct bytes inside = {0};
	struct key *key;

	if (reference == NULL)
		return WRONG_DATA;
	key = &card->keys[reference - references];
	if (anew && !card->said[ADMIN])
		return WRONG_PIN;
	if (anew && reference[0] == 0xb8)
		crypto_box_keypair(key->public, key->secret);
	else if (anew)
		crypto_sign_keypair(key->public, key->secret);
	key->made |= anew;
	if (!key->made)
		return NO_DATA;
	append_object(&inside, 0x86, key->public, PUBLIC);
	append_object(out, 0x7f49, inside.data, inside.len);
	return OK;
}

/* The text is the digest, of which Ed25519 makes another. */
static unsigned
sign(struct bytes *out, struct card *card, struct span digest)
{
	uint8_t signature[crypto_sign_BYTES];

	if (!card->said[USER])
		return WRONG_PIN;
	if (!card->keys[0].made)
		return NO_DATA;
	card->said[USER] = card->lasting;
	card->signatures++;
	crypto_sign_detached(signature, NULL, digest.data, digest.len, card->keys[0].secret);
	append(out, signature, sizeof(signature));
	return OK;
}

static unsigned
select_file(struct card *card, struct span name)
{
	card->selected = span_equal(name, span_of(AID, 6));
	return card->selected ? OK : NO_FILE;
}

static unsigned
instruct(struct bytes *out, struct card *card, const uint8_t *head, struct span data)
{
	unsigned p = get16(head + 2);

	if (head[1] == 0xa4)
		return select_file(card, data);
	if (!card->selected)
		return NO_FILE;
	switch (head[1]) {
	case 0x20:
		return say_pin(card, p, data);
	case 0x2a:
		return p == 0x9e9a ? sign(out, card, data) : NO_INSTRUCTION;
	case 0x2c:
		return p == 0x0281 ? unblock(card, data) : NO_INSTRUCTION;
	case 0x47:
		return generate(out, card, head[2] == 0x80, data);
	case 0xca:
		return get_data(out, card, p);
	case 0xda:
		return put_data(card, p, data);
	}
	return NO_INSTRUCTION;
}

/* A command in its short form (ISO 7816-4): head, length and data, length that is expected. The status follows the answer. */
static void
answer(struct bytes *out, struct card *card, struct span command)
{
	struct span data = {0};
	unsigned status = WRONG_LENGTH;

	if (command.len > 5)
		data = span_of(command.data + 5, command.data[4]);
	if (command.len >= 4 && (data.len == 0 || command.len - 5 - data.len <= 1))
		status = instruct(out, card, command.data, data);
	if (status != OK)
		out->len = 0;
	append(out, (uint8_t[]){status >> 8 & 0xff, status & 0xff}, 2);
}

/* ---- the reader ---- */

static void
lose_power(struct card *card)
{
	memset(card->said, 0, sizeof(card->said));
	card->selected = false;
}

static void
put_in(struct card *card, int port)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons((uint16_t)port)};

	card->reader = socket(AF_INET, SOCK_STREAM, 0);
	if (card->reader < 0 || connect(card->reader, (struct sockaddr *)&at, sizeof(at)) != 0)
		err(74, "no reader on port %d", port);
}

static void
pull_out(struct card *card)
{
	close(card->reader);
	card->reader = -1;
	card->leaving = 0;
	lose_power(card);
}

static void
say(struct card *card, const void *message, size_t len)
{
	uint8_t head[2] = {(uint8_t)(len >> 8), (uint8_t)len};

	if (send(card->reader, head, 2, MSG_NOSIGNAL | MSG_MORE) != 2 || send(card->reader, message, len, MSG_NOSIGNAL) != (ssize_t)len)
		warn("the reader does not listen");
}

static bool
receive(uint8_t message[APDU_MAX], size_t *len, int reader)
{
	uint8_t head[2];

	if (recv(reader, head, sizeof(head), MSG_WAITALL) != sizeof(head))
		return false;
	*len = get16(head);
	return *len > 0 && *len <= APDU_MAX && recv(reader, message, *len, MSG_WAITALL) == (ssize_t)*len;
}

/* What the reader sends, one octet when it is about the power, else a command; false when the card has left. */
static bool
serve(struct card *card)
{
	uint32_t before = card->signatures;
	uint8_t message[APDU_MAX];
	struct bytes out = {0};
	size_t len;

	if (!receive(message, &len, card->reader))
		return false;
	if (len == 1 && message[0] == ANSWER_TO_RESET) {
		say(card, ATR, sizeof(ATR));
	} else if (len == 1) {
		lose_power(card);
	} else {
		answer(&out, card, span_of(message, len));
		if (card->signatures != before && card->leaving && --card->leaving == 0)
			return false;
		say(card, out.data, out.len);
	}
	return true;
}

static void
obey(struct card *card, const char *what, int port)
{
	if (strcmp(what, "in\n") == 0)
		put_in(card, port);
	else if (strcmp(what, "out\n") == 0)
		pull_out(card);
	else
		sscanf(what, "pull %u", &card->leaving);
	printf("%u\n", card->signatures);
}

int
main(int argc, char **argv)
{
	struct card card = {.pin = {[USER] = "123456", [ADMIN] = "12345678"}, .tries = {[USER] = TRIES, [ADMIN] = TRIES}, .reader = -1};
	char line[32];

	if (argc != 2 || sodium_init() < 0)
		errx(2, "usage: smartcard port");
	setvbuf(stdin, NULL, _IONBF, 0);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (;;) {
		struct pollfd from[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = card.reader, .events = POLLIN}};

		if (poll(from, 2, -1) < 0)
			err(74, "cannot wait");
		if (from[1].revents && !serve(&card))
			pull_out(&card);
		if (from[0].revents && !fgets(line, sizeof(line), stdin))
			return 0;
		if (from[0].revents)
			obey(&card, line, atoi(argv[1]));
	}
}
