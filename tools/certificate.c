#include "certificate.h"

#include <unistd.h>

#include "keys/gpg.h"
#include "keys/subkey.h"
#include "records/records.h"
#include "register/keylife.h"
#include "wire/armor.h"

enum { HANDED_MAX = PGPKEY_CERTIFICATE_MAX + 4096 };

/* The certificate and, when an armored one ends before the file does, the signature behind it. */
static const struct ch_error *
split(struct handed *out, struct cli *cli, struct span bytes, const char *which)
{
	static const char begin[] = "-----BEGIN PGP SIGNATURE-----\n";
	const uint8_t *proof = memmem(bytes.data, bytes.len, begin, sizeof(begin) - 1);
	uint8_t *binary = ch_arena_alloc(&cli->state.arena, bytes.len + 1), packet[PGPSIG_MAX];

	if (proof) {
		out->proof = span_skip(bytes, (size_t)(proof - bytes.data));
		bytes.len = (size_t)(proof - bytes.data);
		if (armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, out->proof) == 0)
			return ch_refuse(WIRE_NO_PROOF, "the proof in '%s' is not as 'people-key prove' writes it", which);
	}
	out->cert.binary = span_of(binary, armor_read(binary, bytes.len, ARMOR_PUBLIC_KEY, bytes));
	if (out->cert.binary.len == 0)
		out->cert.binary = bytes;
	return NULL;
}

const struct ch_error *
certificate_read(struct handed *out, struct cli *cli, const char *which)
{
	const struct ch_error *error;
	struct span bytes;

	*out = (struct handed){0};
	if (strchr(which, '/') == NULL && strcmp(which, "-") != 0) {
		error = ch_gpg_export(&out->cert.binary, which, &cli->state.arena);
		if (error && access(which, F_OK) == 0)
			return ch_fail(CH_REFUSED, "no key '%s' in the keyring; for the file of that name say './%s'", which, which);
		if (error)
			return error;
	} else if ((error = cli_read_file(&bytes, cli, which, HANDED_MAX)) || (error = split(out, cli, bytes, which)))
		return error;
	if (pgpkey_read(&out->cert.key, out->cert.binary) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_KEY, "'%s' is not an OpenPGP certificate with a key that signs", which);
	return ch_subkey_choose(&out->cert.key, &out->cert.primary, out->cert.binary, which);
}

const struct ch_error *
certificate_prove(struct handed *handed, struct cli *cli, struct span owner)
{
	const uint8_t *fingerprint = handed->cert.key.fingerprint;
	struct ch_arena *arena = &cli->state.arena;
	char *armor = ch_arena_alloc(arena, 2 * PGPSIG_MAX);
	uint8_t(*keys)[FINGERPRINT_SIZE];
	const struct ch_error *error;
	bool mine = false;
	size_t count;
	struct span packet;

	if (handed->proof.len)
		return NULL;
	if ((error = ch_gpg_secret_keys(&keys, &count, arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		mine = mine || memcmp(keys[i], fingerprint, FINGERPRINT_SIZE) == 0;
	if (!mine)
		return NULL;
	if ((error = ch_gpg_sign(&packet, fingerprint, ch_proof_text(cli->state.id, owner, fingerprint, arena), arena)))
		return error;
	handed->proof = span_of(armor, armor_write(armor, 2 * PGPSIG_MAX, ARMOR_SIGNATURE, packet));
	return NULL;
}

const struct ch_error *
certificate_needs_proof(const struct handed *handed, const struct cli *cli, struct span owner, enum ch_scope scope)
{
	if (handed->proof.len || !ch_key_any_of(&cli->state, owner, scope))
		return NULL;
	return ch_refuse(WIRE_NO_PROOF, "'%.*s' has had a key before: let him make the file with 'people-key prove'", (int)owner.len, (const char *)owner.data);
}

void
certificate_admit(struct ch_draft *draft, struct cli *cli, const struct handed *handed, struct span owner, const char *scope, char *path,
		  struct ch_draft_file file[2])
{
	uint8_t digest[SHA256_SIZE];

	file[0] = (struct ch_draft_file){SPAN_LITERAL("key.asc"), ch_content_armored(handed->cert.binary, &cli->state.arena)};
	file[1] = (struct ch_draft_file){SPAN_LITERAL("proof.asc"), handed->proof};
	wire_sha256_of(digest, file[0].content);
	*draft = (struct ch_draft){.kind = ACT_KEY, .files = file, .file_count = handed->proof.len ? 2 : 1};
	draft->subject = span_of(path, ch_subject_key(path, VALUE_MAX, handed->cert.key.fingerprint));
	draft->value[KEY_VERSION] = SPAN_LITERAL("1");
	draft->value[KEY_TO] = owner;
	draft->value[KEY_SCOPE] = span_text(scope);
	draft->value[KEY_CONTENT_SHA256] = ch_arena_hex(&cli->state.arena, digest, sizeof(digest));
}
