#include "gpg.h"
#include "gpg_inside.h"

#include <stdio.h>

static const struct ch_error *
fail_gpg(gpgme_error_t status, const char *what)
{
	enum ch_class class = gpgme_err_code(status) == GPG_ERR_CANCELED || gpgme_err_code(status) == GPG_ERR_NO_AGENT ? CH_LATER : CH_IO;

	return ch_fail(class, "%s: %s", what, gpgme_strerror(status));
}

const struct ch_error *
ch_gpg_open(gpgme_ctx_t *context)
{
	gpgme_error_t status;

	gpgme_check_version(NULL);
	if ((status = gpgme_new(context)))
		return fail_gpg(status, "cannot start gpg");
	if ((status = gpgme_set_protocol(*context, GPGME_PROTOCOL_OpenPGP)))
		return fail_gpg(status, "cannot start gpg");
	gpgme_set_armor(*context, 0);
	return NULL;
}

/* gpg prints fingerprints in upper case. */
bool
ch_gpg_fingerprint(uint8_t out[FINGERPRINT_SIZE], const char *text)
{
	char lower[2 * FINGERPRINT_SIZE];

	if (text == NULL || strlen(text) != sizeof(lower))
		return false;
	for (size_t i = 0; i < sizeof(lower); i++)
		lower[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
	return text_get_hex(out, FINGERPRINT_SIZE, span_of(lower, sizeof(lower)));
}

struct span
ch_gpg_take(gpgme_data_t data, struct ch_arena *arena)
{
	size_t len;
	char *bytes = gpgme_data_release_and_get_mem(data, &len);
	struct span copy = ch_arena_copy(arena, span_of(bytes, bytes ? len : 0));

	gpgme_free(bytes);
	return copy;
}

const struct ch_error *
ch_gpg_secret_keys(uint8_t (**fingerprints)[FINGERPRINT_SIZE], size_t *count, struct ch_arena *arena)
{
	const struct ch_error *error;
	gpgme_ctx_t context = NULL;
	gpgme_error_t status;
	gpgme_key_t key;

	*fingerprints = NULL;
	*count = 0;
	if ((error = ch_gpg_open(&context)))
		goto done;
	if ((status = gpgme_op_keylist_start(context, NULL, 1))) {
		error = fail_gpg(status, "cannot list the secret keys");
		goto done;
	}
	while ((status = gpgme_op_keylist_next(context, &key)) == 0) {
		for (gpgme_subkey_t one = key->subkeys; one; one = one->next) {
			*fingerprints = ch_arena_grow(arena, *fingerprints, *count, sizeof(**fingerprints));
			if (one->secret && one->can_sign && ch_gpg_fingerprint((*fingerprints)[*count], one->fpr))
				++*count;
		}
		gpgme_key_unref(key);
	}
	if (gpgme_err_code(status) != GPG_ERR_EOF)
		error = fail_gpg(status, "cannot list the secret keys");
done:
	gpgme_release(context);
	return error;
}

const struct ch_error *
ch_gpg_export(struct span *certificate, const char *which, struct ch_arena *arena)
{
	const struct ch_error *error;
	gpgme_ctx_t context = NULL;
	gpgme_data_t data = NULL;
	gpgme_key_t key = NULL;
	gpgme_error_t status;

	if ((error = ch_gpg_open(&context)))
		goto done;
	if ((status = gpgme_get_key(context, which, &key, 0)) || (status = gpgme_data_new(&data)) ||
	    (status = gpgme_op_export(context, key->fpr, GPGME_EXPORT_MODE_MINIMAL, data))) {
		error = gpgme_err_code(status) == GPG_ERR_AMBIGUOUS_NAME
				? ch_fail(CH_REFUSED, "several keys in the keyring are '%s'; say the fingerprint of one", which)
				: ch_fail(CH_REFUSED, "no key '%s' in the keyring; see gpg --list-keys", which);
		goto done;
	}
	*certificate = ch_gpg_take(data, arena);
	data = NULL;
done:
	gpgme_data_release(data);
	gpgme_key_unref(key);
	gpgme_release(context);
	return error;
}

/*
 * Left to itself gpg takes the newest subkey that signs. GPGME hands it the key's id as it stands in the list; an exclamation mark behind it means this key
 * and no other (gpg(1), "How to specify a user ID").
 */
static gpgme_error_t
sign_by(gpgme_data_t packet, gpgme_ctx_t context, const char *fingerprint, gpgme_data_t text)
{
	char exact[2 * FINGERPRINT_SIZE + 2], *id;
	gpgme_key_t key = NULL;
	gpgme_error_t status = gpgme_get_key(context, fingerprint, &key, 1);

	if (status)
		return status;
	snprintf(exact, sizeof(exact), "%s!", fingerprint);
	id = key->subkeys->keyid;
	key->subkeys->keyid = exact;
	if ((status = gpgme_signers_add(context, key)) == 0)
		status = gpgme_op_sign(context, text, packet, GPGME_SIG_MODE_DETACH);
	gpgme_signers_clear(context);
	key->subkeys->keyid = id;
	gpgme_key_unref(key);
	return status;
}

/* What whoever holds the key can do about it. */
static const char *
remedy(gpgme_error_t status)
{
	switch (gpgme_err_code(status)) {
	case GPG_ERR_BAD_PIN:
		return "see gpg --card-status for how often it may still be tried";
	case GPG_ERR_PIN_BLOCKED:
		return "too many were wrong; whoever has the card's Admin PIN unblocks it: gpg --card-edit, admin, passwd";
	case GPG_ERR_BAD_PASSPHRASE:
		return "try again";
	case GPG_ERR_CARD:
	case GPG_ERR_CARD_NOT_PRESENT:
	case GPG_ERR_CARD_REMOVED:
	case GPG_ERR_CARD_RESET:
	case GPG_ERR_ENODEV:
		return "put the card in and try again, see gpg --card-status";
	default:
		return "unlock the key, with GPG_TTY set";
	}
}

static const struct ch_error *
sign_with(gpgme_data_t *packet, gpgme_ctx_t context, const uint8_t fingerprint[FINGERPRINT_SIZE], struct span text)
{
	gpgme_data_t data = NULL;
	gpgme_error_t status;
	char hex[2 * FINGERPRINT_SIZE + 1];

	text_put_hex(hex, fingerprint, FINGERPRINT_SIZE);
	if ((status = gpgme_data_new_from_mem(&data, (const char *)text.data, text.len, 0)) == 0 && (status = gpgme_data_new(packet)) == 0)
		status = sign_by(*packet, context, hex, data);
	gpgme_data_release(data);
	if (status)
		return ch_fail(CH_LATER, "gpg gave no signature: %s; %s", gpgme_strerror(status), remedy(status));
	return NULL;
}

const struct ch_error *
ch_gpg_sign(struct span *packet, const uint8_t fingerprint[FINGERPRINT_SIZE], struct span text, struct ch_arena *arena)
{
	const struct ch_error *error;
	gpgme_ctx_t context = NULL;
	gpgme_data_t data = NULL;
	struct pgpsig sig;

	if ((error = ch_gpg_open(&context)) == NULL && (error = sign_with(&data, context, fingerprint, text)) == NULL) {
		*packet = ch_gpg_take(data, arena);
		data = NULL;
		if (pgpsig_read(&sig, *packet) != WIRE_OK || memcmp(sig.issuer, fingerprint, FINGERPRINT_SIZE) != 0)
			error = ch_refuse(WIRE_MALFORMED_SIGNATURE, "gpg's signature is not in canonical form, or by another key; see Deciding without Chancery in chancery(7)");
	}
	gpgme_data_release(data);
	gpgme_release(context);
	return error;
}
