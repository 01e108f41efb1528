#include "signer.h"

#include <inttypes.h>
#include <time.h>

#include "keylife.h"
#include "keys/gpg.h"
#include "wire/armor.h"

/* Of several keys of one person, the one that a seal is given (sealtable.c): Ed25519, registered last. */
static bool
is_preferred(const struct ch_key *key, const struct ch_key *to)
{
	bool fits = key->key.algorithm == PGP_EDDSA, other = to->key.algorithm == PGP_EDDSA;

	return fits == other ? key->order > to->order : fits;
}

const struct ch_error *
ch_signer_person(struct ch_signer *signer, struct ch_state *state, struct span as)
{
	uint8_t(*fingerprints)[FINGERPRINT_SIZE];
	const struct ch_error *error;
	const struct ch_key *ended = NULL, *found = NULL;
	bool several = false; /* persons */
	size_t count;

	if ((error = ch_gpg_secret_keys(&fingerprints, &count, &state->arena)))
		return error;
	for (size_t i = 0; i < count; i++) {
		const struct ch_key *key = ch_state_key(state, fingerprints[i]);
		if (key == NULL || key->scope != CH_DECIDE || (as.len && !span_equal(key->owner, as)))
			continue;
		if (key->ended != CH_VALID) {
			ended = key;
			continue;
		}
		several = several || (found && !span_equal(key->owner, found->owner));
		if (found == NULL || is_preferred(key, found))
			found = key;
	}
	if (several)
		return ch_fail(CH_USAGE, "your keyring has keys of several people in this archive; say which with --as");
	if (found) {
		*signer = (struct ch_signer){.actor = found->owner};
		memcpy(signer->key, found->key.fingerprint, FINGERPRINT_SIZE);
		return NULL;
	}
	if (ended)
		return ch_refuse(WIRE_KEY_ENDED, "your key has ended (%s) on page %" PRIu64 "; an administrator admits another one with people-key",
				 ch_ended_name(ended->ended), ended->end);
	if (as.len && ch_state_person(state, as) == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%.*s'; see people-list", (int)as.len, (const char *)as.data);
	if (as.len)
		return ch_fail(CH_REFUSED, "no secret key of '%.*s' is in your keyring; see gpg --list-secret-keys", (int)as.len, (const char *)as.data);
	return ch_fail(CH_REFUSED, "no secret key in your keyring belongs to anybody in this archive; an administrator admits it with people-add");
}

static bool
decides_for(const struct ch_key *key, struct span person, struct span fingerprint)
{
	char hex[2 * FINGERPRINT_SIZE + 1];

	text_put_hex(hex, key->key.fingerprint, FINGERPRINT_SIZE);
	return key->scope == CH_DECIDE && key->ended == CH_VALID && span_equal(key->owner, person) && (fingerprint.len == 0 || span_is(fingerprint, hex));
}

const struct ch_error *
ch_signer_elsewhere(struct ch_signer *signer, struct ch_state *state, struct span person, struct span key)
{
	size_t found = 0;

	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *candidate = state->keys.slots[i].value;
		if (candidate == NULL || !decides_for(candidate, person, key))
			continue;
		*signer = (struct ch_signer){.actor = candidate->owner};
		memcpy(signer->key, candidate->key.fingerprint, FINGERPRINT_SIZE);
		found++;
	}
	if (found == 1)
		return NULL;
	if (ch_state_person(state, person) == NULL)
		return ch_fail(CH_REFUSED, "there is nobody called '%.*s'; see people-list", (int)person.len, (const char *)person.data);
	if (found > 1)
		return ch_fail(CH_REFUSED, "'%.*s' has several keys; name the one that will sign (--key, --signing-key)", (int)person.len, (const char *)person.data);
	return ch_fail(CH_REFUSED, "'%.*s' has no %s that decides in this archive; see people-list", (int)person.len, (const char *)person.data,
		       key.len ? "such key" : "key");
}

void
ch_signer_own(struct ch_signer *signer, const struct ch_secret *secret, struct span actor)
{
	*signer = (struct ch_signer){.actor = actor, .own = secret};
	memcpy(signer->key, secret->fingerprint, FINGERPRINT_SIZE);
}

static const struct ch_error *
sign(struct span *packet, const struct ch_signer *signer, struct span payload, struct ch_arena *arena)
{
	uint8_t *bytes;

	if (signer->own == NULL)
		return ch_gpg_sign(packet, signer->key, payload, arena);
	bytes = ch_arena_alloc(arena, PGPSIG_ED25519_MAX);
	*packet = span_of(bytes, pgpsig_write(bytes, PGPSIG_ED25519_MAX, PGPSIG_BINARY, payload, span_of(NULL, 0), signer->own->seed,
					      signer->own->fingerprint, time(NULL), span_of(NULL, 0)));
	return NULL;
}

static const struct ch_error *
put_armor(struct span *armor, struct span packet, struct ch_arena *arena)
{
	char *written = ch_arena_alloc(arena, COMMIT_SIGNATURE_MAX);

	*armor = span_of(written, armor_write(written, COMMIT_SIGNATURE_MAX, ARMOR_SIGNATURE, packet));
	return armor->len ? NULL : ch_refuse(WIRE_TOO_LONG, "the signature does not fit");
}

const struct ch_error *
ch_signer_text(struct span *armor, const struct ch_signer *signer, struct span text, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span packet;

	if ((error = sign(&packet, signer, text, arena)))
		return error;
	return put_armor(armor, packet, arena);
}

const struct ch_error *
ch_signer_put(struct span *raw, struct span payload, struct span packet, struct ch_arena *arena)
{
	size_t size = payload.len + 2 * COMMIT_SIGNATURE_MAX;
	char *commit = ch_arena_alloc(arena, size);
	const struct ch_error *error;
	struct span armor;

	if ((error = put_armor(&armor, packet, arena)))
		return error;
	*raw = span_of(commit, commit_write_signed(commit, size, payload, armor));
	return raw->len ? NULL : ch_refuse(WIRE_TOO_LONG, "the signature does not fit");
}

const struct ch_error *
ch_signer_commit(struct span *raw, const struct ch_signer *signer, struct span payload, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span packet;

	if ((error = sign(&packet, signer, payload, arena)))
		return error;
	return ch_signer_put(raw, payload, packet, arena);
}
