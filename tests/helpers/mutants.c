/*
 * mutants: signed commits by the thousand, most of them bent in some way, for tests/cli/second-opinion.sh. All comes from SEED.
 *
 *	mutants ring                            public keys of those who sign here, binary
 *	mutants payload SEED NUMBER FINGERPRINT an act to be signed by gpg: SEEDS/NAME.payload, its detached signature SEEDS/NAME.sig, and of
 *	                                        who signs the certificate SEEDS/NAME.key, binary
 *	mutants corpus SEED COUNT SEEDS OUT     OUT/repository, each commit behind a reference of its own; OUT/inline/N, messages whose signature comes first,
 *	                                        for gpg --verify-files; OUT/armored/N and N.payload where the armor itself is bent. Prints of each: class,
 *	                                        commit, what we say, file
 *	mutants classes                         name of each, and why we refuse what gpg takes
 */
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "helper.h"
#include "keys/publickey.h"
#include "mutations.h"
#include "wire/act.h"
#include "wire/armor.h"

enum { SEEDS_MAX = 128, VALID_OF_TEN = 3 };

struct seed {
	struct span payload, packet;
	struct pgpkey key;
};

static struct seed seeds[SEEDS_MAX];
static size_t seed_count;
static struct ch_arena arena;

static struct span
read_file(const char *directory, const char *name, const char *suffix)
{
	static uint8_t bytes[1 << 16];
	FILE *file = fopen(ch_arena_format(&arena, "%s/%s%s", directory, name, suffix), "r");
	size_t len;

	if (file == NULL)
		err(74, "cannot open '%s/%s%s'", directory, name, suffix);
	len = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return ch_arena_copy(&arena, span_of(bytes, len));
}

static void
write_file(const char *path, const struct span *part, size_t parts)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		err(74, "cannot write '%s'", path);
	for (size_t i = 0; i < parts; i++)
		fwrite(part[i].data, 1, part[i].len, file);
	if (fclose(file) != 0)
		err(74, "cannot write '%s'", path);
}

static int
by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void
load_seed(struct seed *seed, const char *directory, const char *name)
{
	seed->payload = read_file(directory, name, ".payload");
	seed->packet = read_file(directory, name, ".sig");
	if (pgpkey_read(&seed->key, read_file(directory, name, ".key")) != WIRE_OK)
		errx(1, "%s.key: no certificate", name);
}

static void
load_seeds(const char *directory)
{
	struct dirent **entry;
	int count = scandir(directory, &entry, NULL, by_name);

	for (int i = 0; i < count; i++) {
		char *dot = strrchr(entry[i]->d_name, '.');
		if (dot && strcmp(dot, ".sig") == 0 && seed_count < SEEDS_MAX) {
			*dot = '\0';
			load_seed(&seeds[seed_count++], directory, entry[i]->d_name);
		}
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
}

/* What gpg signed, in place of what we would. */
static void
take_seed(struct mutant *m)
{
	const struct seed *seed = &seeds[mutant_below(m, seed_count)];
	const uint8_t *blank = memmem(seed->payload.data, seed->payload.len, "\n\n", 2);

	m->head_len = (size_t)(blank + 1 - seed->payload.data);
	memcpy(m->head, seed->payload.data, m->head_len);
	m->tail_len = seed->payload.len - m->head_len;
	memcpy(m->tail, blank + 1, m->tail_len);
	memcpy(m->packet, seed->packet.data, seed->packet.len);
	m->packet_len = seed->packet.len;
}

static void
assemble(struct mutant *m, const struct mutant_class *class)
{
	struct span payload;
	static char joined[2 * MUTANT_MAX];

	m->armor_len = armor_write(m->armor, sizeof(m->armor), ARMOR_SIGNATURE, span_of(m->packet, m->packet_len));
	if (class->armor)
		class->armor(m);
	memcpy(joined, m->head, m->head_len);
	memcpy(joined + m->head_len, m->tail, m->tail_len);
	payload = span_of(joined, m->head_len + m->tail_len);
	m->raw_len = commit_write_signed(m->raw, sizeof(m->raw), payload, span_of(m->armor, m->armor_len));
	if (m->raw_len == 0)
		errx(1, "%s: the commit does not fit", class->name);
	if (class->raw)
		class->raw(m);
}

static void
make(struct mutant *m, const struct mutant_class *class)
{
	bool foreign = seed_count > 0 && class->text == NULL && class->sign == NULL && mutant_below(m, 5) == 0;

	if (foreign) {
		take_seed(m);
	} else {
		m->signer = m->named = mutant_below(m, MUTANT_KEYS);
		mutant_write_act(m, mutant_key(m->named)->fingerprint);
		if (class->text)
			class->text(m);
		mutant_sign(m, class->sign);
	}
	if (class->packet)
		class->packet(m);
	assemble(m, class);
}

/* One that we or gpg have signed with; false: nobody's. */
static bool
find_key(struct pgpkey *key, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	const struct mutant_key *own = mutant_find(fingerprint);

	for (size_t i = 0; i < seed_count; i++)
		if (memcmp(seeds[i].key.fingerprint, fingerprint, FINGERPRINT_SIZE) == 0) {
			*key = seeds[i].key;
			return true;
		}
	if (own == NULL)
		return false;
	*key = (struct pgpkey){.algorithm = PGP_EDDSA, .created = own->created};
	memcpy(key->point, own->point, sizeof(key->point));
	return true;
}

/* What a verifier makes of it, as case_signature() of the judge does. */
static const char *
strict_word(const struct mutant *m)
{
	struct pgpkey key;
	struct act act;
	enum wire_code code = act_read(&act, span_of(m->raw, m->raw_len));

	if (code == WIRE_OK && !find_key(&key, act.key))
		code = WIRE_UNKNOWN_KEY;
	if (code == WIRE_OK && act.signature.created < key.created)
		code = WIRE_WRONG_TIME;
	if (code == WIRE_OK)
		code = ch_publickey_verify_act(&key, &act);
	return wire_code_name(code);
}

/* What git hands to gpg (parse_signed_commit in its commit.c): all gpgsig headers' values one behind the other, and everything but headers so named. */
static void
as_git_reads(struct mutant *m, char *payload, size_t *payload_len, char *signature, size_t *signature_len)
{
	struct span rest = span_of(m->raw, m->raw_len);
	bool in_signature = false, in_other = false;

	*payload_len = *signature_len = 0;
	while (rest.len > 0) {
		struct span line = rest, value = {0};
		span_cut(&rest, '\n');
		line.len -= rest.len;
		if (line.data[0] == '\n') {
			line.len += rest.len;
			rest.len = 0;
			in_other = false;
		} else if (in_signature && line.data[0] == ' ') {
			value = span_skip(line, 1);
		} else if (span_starts(line, SPAN_LITERAL("gpgsig "))) {
			value = span_skip(line, 7);
			in_other = false;
		} else {
			in_other = span_starts(line, SPAN_LITERAL("gpgsig")) || (in_other && line.data[0] == ' ');
		}
		in_signature = value.data != NULL;
		if (in_signature)
			text_append(signature, 2 * MUTANT_MAX, signature_len, value);
		else if (!in_other)
			text_append(payload, 2 * MUTANT_MAX, payload_len, line);
	}
}

static void
put_for_gpg(struct mutant *m, const struct mutant_class *class, const char *out, size_t number)
{
	static char payload[2 * MUTANT_MAX], signature[2 * MUTANT_MAX];
	uint8_t head[12] = {0xcb, 0xff, [6] = 'b'};
	size_t payload_len, signature_len;

	as_git_reads(m, payload, &payload_len, signature, &signature_len);
	if (class->armored) {
		const char *path = ch_arena_format(&arena, "%s/armored/%zu", out, number);
		struct span part = span_of(signature, signature_len), text = span_of(payload, payload_len);
		write_file(path, &part, 1);
		write_file(ch_arena_format(&arena, "%s.payload", path), &text, 1);
		return;
	}
	put32(head + 2, (uint32_t)payload_len + 6);
	write_file(ch_arena_format(&arena, "%s/inline/%zu", out, number),
		(struct span[]){span_of(m->packet, m->packet_len), span_of(head, sizeof(head)), span_of(payload, payload_len)},
		3);
}

static void
make_corpus(uint64_t seed, size_t count, const char *out)
{
	static struct mutant m;
	struct ch_store store;
	FILE *refs;

	must(ch_store_create(&store, ch_arena_format(&arena, "%s/repository", out)));
	refs = fopen(ch_arena_format(&arena, "%s/repository/packed-refs", out), "w");
	if (refs == NULL || mkdir(ch_arena_format(&arena, "%s/inline", out), 0700) ||
		mkdir(ch_arena_format(&arena, "%s/armored", out), 0700))
		err(74, "cannot write below '%s'", out);
	for (size_t i = 0; i < count; i++) {
		const struct mutant_class *class = &mutant_classes[0];
		char hex[2 * OBJECT_ID_SIZE + 1];
		struct ch_oid id;

		m = (struct mutant){.random = seed * 1000003 + i, .number = i};
		if (mutant_below(&m, 10) >= VALID_OF_TEN)
			class = &mutant_classes[1 + mutant_below(&m, mutant_class_count - 1)];
		make(&m, class);
		must(ch_store_write(&id, &store, CH_COMMIT, span_of(m.raw, m.raw_len)));
		text_put_hex(hex, id.id, sizeof(id.id));
		fprintf(refs, "%s refs/heads/m%05zu\n", hex, i);
		put_for_gpg(&m, class, out, i);
		printf("%s\t%s\t%s\t%s/%zu\n", class->name, hex, strict_word(&m),
			class->armored ? "armored" : "inline", i);
	}
	fclose(refs);
	must(ch_store_flush(&store));
	ch_store_close(&store);
}

static int
print_payload(const char *seed, const char *number, const char *fingerprint)
{
	static struct mutant m;
	uint8_t key[FINGERPRINT_SIZE];

	if (!text_get_hex(key, sizeof(key), span_text(fingerprint)))
		return 2;
	m.random = strtoull(seed, NULL, 10) ^ 0x5eed;
	m.number = strtoull(number, NULL, 10);
	mutant_write_act(&m, key);
	fwrite(m.head, 1, m.head_len, stdout);
	fwrite(m.tail, 1, m.tail_len, stdout);
	return 0;
}

int
main(int argc, char **argv)
{
	const char *command = argc > 1 ? argv[1] : "";

	mutant_make_keys();
	if (strcmp(command, "ring") == 0)
		return mutant_print_ring();
	if (strcmp(command, "payload") == 0 && argc == 5)
		return print_payload(argv[2], argv[3], argv[4]);
	if (strcmp(command, "classes") == 0) {
		for (size_t i = 0; i < mutant_class_count; i++)
			printf("%s\t%s\n", mutant_classes[i].name, mutant_classes[i].why);
		return 0;
	}
	if (strcmp(command, "corpus") != 0 || argc != 6)
		return 2;
	load_seeds(argv[4]);
	make_corpus(strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10), argv[5]);
	return 0;
}
