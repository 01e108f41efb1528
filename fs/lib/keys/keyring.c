#include "keyring.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "gpg_inside.h"
#include "publickey.h"
#include "subkey.h"
#include "wire/armor.h"
#include "wire/pgpkey.h"
#include "wire/pgppacket.h"

/* A primary key or subkey of the ring. */
struct ring_key {
	uint8_t fingerprint[FINGERPRINT_SIZE];
	bool signs; /* not revoked, and may sign text */
	bool ours;  /* of a kind that wire/ reads, and if it is a subkey, bound as one has to be: we verify */
	struct pgpkey key;
};

static struct ring_key *
find(const struct ch_keyring *ring, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	return ch_map_get(&ring->keys, span_of(fingerprint, FINGERPRINT_SIZE));
}

static const struct ch_error *
fail(const char *what, gpgme_error_t status)
{
	return ch_fail(CH_IO, "%s: %s", what, gpgme_strerror(status));
}

static const struct ch_error *
make_home(char home[CH_KEYRING_HOME], const char *directory)
{
	if ((size_t)snprintf(home, CH_KEYRING_HOME, "%s/chancery-gpg-XXXXXX", directory) < CH_KEYRING_HOME && mkdtemp(home))
		return NULL;
	home[0] = '\0';
	return ch_fail_errno("cannot create a directory for gpg in '%s'", directory);
}

static void
remove_home(const char *home)
{
	if (home[0])
		ch_file_remove_tree(home);
}

static const struct ch_error *
open_in_home(gpgme_ctx_t *context, const struct ch_keyring *ring)
{
	const struct ch_error *error = ch_gpg_open(context);
	gpgme_error_t status;

	if (error == NULL && (status = gpgme_ctx_set_engine_info(*context, GPGME_PROTOCOL_OpenPGP, NULL, ring->home)))
		error = fail("cannot start gpg", status);
	return error;
}

static const struct ch_error *
import(gpgme_ctx_t context, struct span exported)
{
	gpgme_import_result_t result;
	gpgme_data_t data = NULL;
	gpgme_error_t status;

	if ((status = gpgme_data_new_from_mem(&data, (const char *)exported.data, exported.len, 0)) == 0)
		status = gpgme_op_import(context, data);
	gpgme_data_release(data);
	result = gpgme_op_import_result(context);
	if (result && result->secret_read > 0)
		return ch_fail(CH_REFUSED, "the keyring holds secret keys; export the public ones with gpg --export");
	if (result && result->imported == 0)
		return ch_fail(CH_REFUSED, "the keyring holds no public key that gpg takes; make it with gpg --export");
	return status ? fail("gpg does not take the keyring", status) : NULL;
}

static void
add_keys_of(struct ch_keyring *ring, gpgme_key_t key)
{
	for (gpgme_subkey_t subkey = key->subkeys; subkey; subkey = subkey->next) {
		struct ring_key *kept = ch_arena_alloc(&ring->arena, sizeof(*kept));

		kept->signs = subkey->can_sign && !subkey->revoked && !subkey->invalid && !key->revoked && !key->invalid;
		if (ch_gpg_fingerprint(kept->fingerprint, subkey->fpr))
			ch_map_put(&ring->keys, &ring->arena, span_of(kept->fingerprint, sizeof(kept->fingerprint)), kept);
	}
}

static const struct ch_error *
list(struct ch_keyring *ring, gpgme_ctx_t context)
{
	gpgme_error_t status = gpgme_op_keylist_start(context, NULL, 0);
	gpgme_key_t key;

	while (status == 0 && (status = gpgme_op_keylist_next(context, &key)) == 0) {
		add_keys_of(ring, key);
		gpgme_key_unref(key);
	}
	return gpgme_err_code(status) == GPG_ERR_EOF ? NULL : fail("cannot list the keyring", status);
}

static void
note_key(struct ch_keyring *ring, const struct pgpkey *key)
{
	struct ring_key *kept = find(ring, key->fingerprint);

	if (kept == NULL)
		return;
	kept->key = *key;
	kept->ours = true;
}

/* Its primary key, and the subkeys that we would take for an act, too. */
static void
note_certificate(struct ch_keyring *ring, struct span certificate)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct pgpkey key, primary;
	struct pgp_packet packet;
	struct span rest = certificate;

	if (pgpkey_read(&primary, certificate) != WIRE_OK)
		return;
	note_key(ring, &primary);
	while (pgp_take_packet(&packet, &rest)) {
		if (packet.tag != PGP_PUBLIC_SUBKEY || packet.body.len > UINT16_MAX)
			continue;
		pgpkey_fingerprint_of(fingerprint, packet.body);
		if (ch_subkey_read(&key, &primary, certificate, fingerprint) == NULL)
			note_key(ring, &key);
	}
}

/* Certificate by certificate, as gpg writes them. */
static void
note_ours(struct ch_keyring *ring, struct span certificates)
{
	struct span rest = certificates, begin = rest;
	struct pgp_packet packet;

	while (rest.len > 0 && pgp_take_packet(&packet, &rest)) {
		struct span ahead = rest;

		if (rest.len > 0 && (!pgp_take_packet(&packet, &ahead) || packet.tag != PGP_PUBLIC_KEY))
			continue;
		note_certificate(ring, span_of(begin.data, (size_t)(rest.data - begin.data)));
		begin = rest;
	}
}

static const struct ch_error *
read_back(struct ch_keyring *ring, gpgme_ctx_t context)
{
	gpgme_data_t data = NULL;
	gpgme_error_t status;

	if ((status = gpgme_data_new(&data)) || (status = gpgme_op_export(context, NULL, GPGME_EXPORT_MODE_MINIMAL, data))) {
		gpgme_data_release(data);
		return fail("cannot read the keyring back", status);
	}
	note_ours(ring, ch_gpg_take(data, &ring->arena));
	return NULL;
}

const struct ch_error *
ch_keyring_open(struct ch_keyring *ring, struct span exported, const char *directory)
{
	const struct ch_error *error;
	gpgme_ctx_t context = NULL;

	*ring = (struct ch_keyring){0};
	if ((error = make_home(ring->home, directory)) == NULL && (error = open_in_home(&context, ring)) == NULL &&
	    (error = import(context, exported)) == NULL && (error = list(ring, context)) == NULL)
		error = read_back(ring, context);
	gpgme_release(context);
	return error;
}

void
ch_keyring_close(struct ch_keyring *ring)
{
	remove_home(ring->home);
	ch_arena_clear(&ring->arena);
	*ring = (struct ch_keyring){0};
}

static void
say(struct ch_signed *by, enum ch_signed_verdict verdict, const char *reason)
{
	by->verdict = verdict;
	by->reason = reason;
}

static void
say_code(struct ch_signed *by, enum wire_code code)
{
	say(by, code == WIRE_OK ? CH_SIGNED_GOOD : CH_SIGNED_BAD, code == WIRE_OK ? "" : wire_code_sentence(code));
}

static const char no_such_key[] = "the key is not in the keyring";
static const char may_not_sign[] = "the key is revoked, or not one that may sign";

/* True when no question to gpg is left. */
static bool
check_here(struct ch_signed *by, const struct ch_keyring *ring, struct span armor, struct span head, struct span tail)
{
	uint8_t packet[PGPSIG_MAX];
	size_t len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, armor);
	const struct ring_key *key;
	struct pgpsig sig;

	if (len == 0 || pgpsig_read(&sig, span_of(packet, len)) != WIRE_OK || sig.type != PGPSIG_BINARY)
		return false;
	text_put_hex(by->key, sig.issuer, sizeof(sig.issuer));
	key = find(ring, sig.issuer);
	if (key == NULL)
		say(by, CH_SIGNED_UNKNOWN, no_such_key);
	else if (!key->ours || (sig.algorithm == PGP_EDDSA && sig.hash == PGP_SHA384))
		return false;
	else if (!key->signs)
		say(by, CH_SIGNED_BAD, may_not_sign);
	else if (sig.created < key->key.created)
		say(by, CH_SIGNED_BAD, "signed before the key was made");
	else
		say_code(by, ch_publickey_verify_text(&key->key, &sig, head, tail));
	return true;
}

/* gpg's word of the one signature; several in one armor are nobody's. */
static void
take_result(struct ch_signed *by, gpgme_verify_result_t result)
{
	gpgme_signature_t sig = result ? result->signatures : NULL;

	if (sig == NULL || sig->next) {
		say_code(by, WIRE_MALFORMED_SIGNATURE);
		return;
	}
	snprintf(by->key, sizeof(by->key), "%s", sig->fpr ? sig->fpr : "");
	for (char *at = by->key; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'F' ? *at - 'A' + 'a' : *at);
	switch (gpgme_err_code(sig->status)) {
	case GPG_ERR_NO_ERROR:
	case GPG_ERR_KEY_EXPIRED:
	case GPG_ERR_SIG_EXPIRED:
		say(by, CH_SIGNED_GOOD, "");
		break;
	case GPG_ERR_NO_PUBKEY:
		say(by, CH_SIGNED_UNKNOWN, no_such_key);
		break;
	case GPG_ERR_CERT_REVOKED:
		say(by, CH_SIGNED_BAD, may_not_sign);
		break;
	default:
		say_code(by, WIRE_BAD_SIGNATURE);
	}
}

static const struct ch_error *
ask_gpg(struct ch_signed *by, const struct ch_keyring *ring, struct span armor, struct span head, struct span tail)
{
	const struct ch_error *error;
	gpgme_ctx_t context = NULL;
	gpgme_data_t sig = NULL, text = NULL;

	if ((error = open_in_home(&context, ring)))
		goto done;
	if (gpgme_data_new_from_mem(&sig, (const char *)armor.data, armor.len, 0) || gpgme_data_new(&text) ||
	    gpgme_data_write(text, head.data, head.len) != (ssize_t)head.len || gpgme_data_write(text, tail.data, tail.len) != (ssize_t)tail.len ||
	    gpgme_data_seek(text, 0, SEEK_SET) != 0) {
		error = ch_fail(CH_IO, "cannot ask gpg to verify");
	} else {
		gpgme_error_t status = gpgme_op_verify(context, sig, text, NULL);

		take_result(by, status == 0 ? gpgme_op_verify_result(context) : NULL);
	}
done:
	gpgme_data_release(sig);
	gpgme_data_release(text);
	gpgme_release(context);
	return error;
}

const struct ch_error *
ch_keyring_check(struct ch_signed *by, const struct ch_keyring *ring, struct span armor, struct span head, struct span tail)
{
	*by = (struct ch_signed){.verdict = CH_SIGNED_BAD, .reason = ""};
	if (check_here(by, ring, armor, head, tail))
		return NULL;
	if (!span_starts(armor, SPAN_LITERAL("-----BEGIN ")) || span_starts(armor, SPAN_LITERAL("-----BEGIN PGP MESSAGE"))) {
		say_code(by, WIRE_MALFORMED_SIGNATURE);
		return NULL;
	}
	if (!span_starts(armor, SPAN_LITERAL("-----BEGIN PGP SIGNATURE-----\n"))) {
		say(by, CH_SIGNED_UNKNOWN, "not an OpenPGP signature");
		return NULL;
	}
	return ask_gpg(by, ring, armor, head, tail);
}
