/*
 * OpenPGP as the archive reads and writes it, on files, for tests/cli/openpgp-gpg.sh:
 *
 *	pgp key CERTIFICATE                          code, algorithm, fingerprint and user id of an armored certificate
 *	pgp verify CERTIFICATE SIGNATURE TEXT        code of an armored signature; exit status 0 for OK, 1 for any other
 *	pgp armor|dearmor signature|key FILE         to standard output
 *	pgp create SECRET USER-ID                    makes a key of our own
 *	pgp certificate SECRET
 *	pgp sign SECRET TEXT                         armored signature
 */
#include "keys/publickey.h"
#include "pgp.h"

static struct span
dearmored(enum armor_kind kind, const char *path)
{
	struct span text = read_file(path);

	return ch_arena_copy(&arena, span_of(buffer, armor_read(buffer, sizeof(buffer), kind, text)));
}

static int
put_code(enum wire_code code)
{
	puts(wire_code_name(code));
	return code != WIRE_OK;
}

static int
key(char **argv)
{
	struct pgpkey key;
	char fingerprint[2 * FINGERPRINT_SIZE + 1];
	enum wire_code code = pgpkey_read(&key, dearmored(ARMOR_PUBLIC_KEY, argv[0]));

	if (code != WIRE_OK)
		return put_code(code);
	text_put_hex(fingerprint, key.fingerprint, FINGERPRINT_SIZE);
	printf("OK %d %s %.*s\n", (int)key.algorithm, fingerprint, (int)key.user_id.len, (const char *)key.user_id.data);
	return 0;
}

static int
verify(char **argv)
{
	struct span certificate = dearmored(ARMOR_PUBLIC_KEY, argv[0]), packet = dearmored(ARMOR_SIGNATURE, argv[1]);
	struct span text = read_file(argv[2]), none = span_of(NULL, 0);
	struct pgpkey key;
	struct pgpsig sig;

	if (pgpkey_read(&key, certificate) != WIRE_OK)
		return put_code(WIRE_MALFORMED_KEY);
	if (pgpsig_read(&sig, packet) != WIRE_OK || sig.type != PGPSIG_BINARY)
		return put_code(WIRE_MALFORMED_SIGNATURE);
	if (memcmp(sig.issuer, key.fingerprint, FINGERPRINT_SIZE) != 0)
		return put_code(WIRE_WRONG_KEY);
	return put_code(ch_publickey_verify_text(&key, &sig, text, none));
}

static int
armor(char **argv)
{
	return put_armor(strcmp(argv[0], "key") == 0 ? ARMOR_PUBLIC_KEY : ARMOR_SIGNATURE, read_file(argv[1]));
}

static int
dearmor(char **argv)
{
	struct span bytes = dearmored(strcmp(argv[0], "key") == 0 ? ARMOR_PUBLIC_KEY : ARMOR_SIGNATURE, argv[1]);

	return bytes.len > 0 ? put(bytes) : 1;
}

static int
create(char **argv)
{
	struct ch_secret secret;

	return report(ch_secret_create(&secret, argv[0], span_text(argv[1])));
}

static int
certificate(char **argv)
{
	struct ch_secret secret = loaded(argv[0]);

	return put(ch_secret_certificate(&secret, &arena));
}

static int
sign(char **argv)
{
	uint8_t out[PGPSIG_ED25519_MAX];
	struct ch_secret secret = loaded(argv[0]);
	size_t len = pgpsig_write(out, sizeof(out), PGPSIG_BINARY, read_file(argv[1]), span_of(NULL, 0), secret.seed, secret.fingerprint,
				  secret.created, span_of(NULL, 0));

	return put_armor(ARMOR_SIGNATURE, span_of(out, len));
}

static const struct command {
	const char *name;
	int arguments;
	int (*run)(char **argv);
} commands[] = {
	{"key", 1, key},	 {"verify", 3, verify},		  {"armor", 2, armor}, {"dearmor", 2, dearmor},
	{"create", 2, create}, {"certificate", 1, certificate}, {"sign", 2, sign},
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 && argc == 2 + commands[i].arguments)
			return commands[i].run(argv + 2);
	fprintf(stderr, "usage: pgp command argument...\n");
	return 2;
}
