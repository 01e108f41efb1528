/*
 * seal-image: images of the seal's firmware: makes one of code, signs it with an update key, says who has signed; burns the keys into a boot stage.
 *
 *	main
 *	  make       code -> images without signatures, in one file
 *	  sign       one more signature in each image of a file
 *	  show       what they are, who has signed, and whether a seal with these keys would run them
 *	  burn       three public keys -> boot stage
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli.h"
#include "wire/image.h"

enum { FILE_MAX = 16 * 1024 * 1024, RESET_VECTOR = 4, PADDING = 0xff };

struct task {
	struct cli *cli;
	const char *board, *out, *key, *keys_file;
	uint64_t release;
	bool makes, burns;
	struct image_keys keys;
};

/* ---- keys ---- */

static const struct ch_error *
read_point(uint8_t point[ED25519_POINT_SIZE], EVP_PKEY *key, const char *path)
{
	size_t len = ED25519_POINT_SIZE;

	if (EVP_PKEY_id(key) == EVP_PKEY_ED25519 && EVP_PKEY_get_raw_public_key(key, point, &len) == 1 && len == ED25519_POINT_SIZE)
		return NULL;
	return ch_refuse(WIRE_MALFORMED_KEY, "'%s' holds a key that is not Ed25519; make one with: openssl genpkey -algorithm ed25519", path);
}

static const struct ch_error *
take_keys(struct image_keys *keys, FILE *file, const char *path)
{
	const struct ch_error *error = NULL;
	unsigned count = 0;
	EVP_PKEY *key;

	while (!error && (key = PEM_read_PUBKEY(file, NULL, NULL, NULL))) {
		if (count < IMAGE_KEYS)
			error = read_point(keys->point[count], key, path);
		count++;
		EVP_PKEY_free(key);
	}
	if (error)
		return error;
	if (count != IMAGE_KEYS || !image_keys_are_usable(keys))
		return ch_refuse(WIRE_MALFORMED_KEY, "'%s' has to hold three different public keys, one behind the other (openssl pkey -pubout)", path);
	return NULL;
}

static const struct ch_error *
read_keys(struct task *t)
{
	FILE *file = fopen(t->keys_file, "re");
	const struct ch_error *error;

	if (!file)
		return ch_fail_errno("cannot read '%s'", t->keys_file);
	error = take_keys(&t->keys, file, t->keys_file);
	fclose(file);
	return error;
}

/* One that is protected asks for its passphrase on the terminal. */
static const struct ch_error *
read_secret(EVP_PKEY **key, const char *path)
{
	FILE *file = fopen(path, "re");

	if (!file)
		return ch_fail_errno("cannot read '%s'", path);
	*key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
	fclose(file);
	return *key ? NULL : ch_refuse(WIRE_MALFORMED_KEY, "'%s' holds no secret key that can be read, or its passphrase was a wrong one", path);
}

/* ---- files ---- */

static const struct ch_error *
replace(const struct task *t, const char *path, struct span bytes)
{
	return t->cli->dry_run ? NULL : ch_file_replace(path, bytes, 0644);
}

static const struct ch_error *
next_image(struct image *image, struct span *rest, const char *path)
{
	if (image_read(image, *rest) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_IMAGE, "'%s' is no image of a seal's firmware, or not all of one; make it with --make", path);
	*rest = span_skip(*rest, image_size(image));
	return NULL;
}

/* ---- making ---- */

/* Code is linked for its place: where it begins after a reset says which slot that is. */
static const struct ch_error *
make_one(uint8_t **at, const struct task *t, const char *path)
{
	struct image image = {.version = (uint32_t)t->release};
	const struct ch_error *error;
	struct span code;
	uint8_t *padded = *at + IMAGE_HEAD;
	size_t len;

	if ((error = cli_read_file(&code, t->cli, path, IMAGE_CODE_MAX)))
		return error;
	if (code.len < 2 * RESET_VECTOR)
		return ch_refuse(WIRE_MALFORMED_IMAGE, "'%s' has %zu bytes, too few for code", path, code.len);
	len = (code.len + IMAGE_UNIT - 1) / IMAGE_UNIT * IMAGE_UNIT;
	memset(padded, PADDING, len);
	memcpy(padded, code.data, code.len);
	for (unsigned i = 0; i < 4; i++) /* as Arm has it */
		image.address |= (uint32_t)padded[RESET_VECTOR + i] << 8 * i;
	image.address -= image.address % IMAGE_SLOT;
	image.code = span_of(padded, len);
	strcpy(image.board, t->board);
	if (!image_write_head(*at, &image))
		return ch_refuse(WIRE_MALFORMED_IMAGE, NULL);
	*at = padded + len;
	return NULL;
}

/* An update takes the first image that is made for the free slot: a second one for it is a mistake, and the slot that it was meant for would get none. */
static const struct ch_error *
check_places(struct span rest, const char *path, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct image image;
	uint32_t *places = NULL;

	for (size_t count = 0; rest.len > 0; places[count++] = image.address) {
		if ((error = next_image(&image, &rest, path)))
			return error;
		for (size_t i = 0; i < count; i++)
			if (places[i] == image.address)
				return ch_refuse(WIRE_MALFORMED_IMAGE, "two codes are linked for 0x%08x: an image wants one for each slot", image.address);
		places = ch_arena_grow(arena, places, count, sizeof(*places));
	}
	return NULL;
}

static const struct ch_error *
make(struct task *t)
{
	uint8_t *bytes = ch_arena_alloc(&t->cli->state.arena, (size_t)t->cli->count * IMAGE_SLOT), *at = bytes;
	const struct ch_error *error;

	for (int i = 0; i < t->cli->count; i++)
		if ((error = make_one(&at, t, t->cli->operands[i])))
			return error;
	if ((error = check_places(span_of(bytes, (size_t)(at - bytes)), t->out, &t->cli->state.arena)))
		return error;
	return replace(t, t->out, span_of(bytes, (size_t)(at - bytes)));
}

/* ---- signing ---- */

static bool
sign_bytes(uint8_t signature[ED25519_SIGNATURE_SIZE], EVP_PKEY *key, const uint8_t *bytes)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t len = ED25519_SIGNATURE_SIZE;
	bool done = context && EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		    EVP_DigestSign(context, signature, &len, bytes, IMAGE_SIGNED) == 1 && len == ED25519_SIGNATURE_SIZE;

	EVP_MD_CTX_free(context);
	return done;
}

static const struct ch_error *
sign_all(uint8_t *bytes, size_t len, const struct task *t, EVP_PKEY *key, unsigned number)
{
	uint8_t signature[ED25519_SIGNATURE_SIZE];
	struct span rest = span_of(bytes, len);
	const struct ch_error *error;
	struct image image;

	while (rest.len > 0) {
		if ((error = next_image(&image, &rest, t->cli->operands[0])))
			return error;
		if (!sign_bytes(signature, key, image.head.data))
			return ch_fail(CH_IO, "cannot sign with '%s'", t->key);
		image_sign(bytes + (image.head.data - bytes), number, signature);
		if (!image_signed_by(&image, number, &t->keys))
			return ch_refuse(WIRE_BAD_SIGNATURE, NULL);
	}
	return NULL;
}

static const struct ch_error *
find_key(unsigned *number, const struct task *t, EVP_PKEY *key)
{
	uint8_t point[ED25519_POINT_SIZE];
	const struct ch_error *error = read_point(point, key, t->key);

	if (error)
		return error;
	for (*number = 0; *number < IMAGE_KEYS; (*number)++)
		if (memcmp(point, t->keys.point[*number], ED25519_POINT_SIZE) == 0)
			return NULL;
	return ch_refuse(WIRE_UNKNOWN_KEY, "the key of '%s' is none of the three in '%s'", t->key, t->keys_file);
}

static const struct ch_error *
sign(struct task *t)
{
	const char *path = t->cli->operands[0];
	const struct ch_error *error;
	EVP_PKEY *key = NULL;
	struct span content;
	unsigned number;
	uint8_t *bytes;

	if ((error = read_keys(t)) || (error = cli_read_file(&content, t->cli, path, FILE_MAX)) || (error = read_secret(&key, t->key)))
		return error;
	bytes = ch_arena_alloc(&t->cli->state.arena, content.len);
	memcpy(bytes, content.data, content.len);
	if (!(error = find_key(&number, t, key)))
		error = sign_all(bytes, content.len, t, key, number);
	EVP_PKEY_free(key);
	return error ? error : replace(t, path, span_of(bytes, content.len));
}

/* ---- showing ---- */

/* "1 3": the numbers of the keys that have signed; with a public key at hand only those whose signature is right. */
static struct span
signers(struct task *t, const struct image *image)
{
	char *text = ch_arena_alloc(&t->cli->state.arena, 2 * IMAGE_KEYS + 1);
	size_t len = 0;

	for (unsigned key = 0; key < IMAGE_KEYS; key++)
		if (image_has_signature(image, key) && (!t->keys_file || image_signed_by(image, key, &t->keys)))
			len += (size_t)sprintf(text + len, len > 0 ? " %u" : "%u", key + 1);
	return len > 0 ? span_of(text, len) : SPAN_LITERAL("none");
}

static const struct ch_error *
show(struct task *t)
{
	const char *path = t->cli->operands[0];
	struct ch_arena *arena = &t->cli->state.arena;
	const struct ch_error *error;
	enum wire_code code, worst = WIRE_OK;
	struct image image;
	struct span rest;

	if ((t->keys_file && (error = read_keys(t))) || (error = cli_read_file(&rest, t->cli, path, FILE_MAX)))
		return error;
	do {
		if ((error = next_image(&image, &rest, path)))
			return error;
		code = t->keys_file ? image_verify(&image, &t->keys) : WIRE_OK;
		worst = code != WIRE_OK ? code : worst;
		cli_record(t->cli,
			   (struct cli_field[]){{"board", span_text(image.board)}, {"release", ch_arena_number(arena, image.version)},
				{"address", span_text(ch_arena_format(arena, "0x%08x", image.address))}, {"size", ch_arena_number(arena, image.code.len)},
				{"digest", ch_arena_hex(arena, image.digest, SHA256_SIZE)}, {"signed", signers(t, &image)},
				{"verdict", span_text(t->keys_file ? wire_code_name(code) : "none")}},
			   7);
	} while (rest.len > 0);
	return worst == WIRE_OK ? NULL : ch_refuse(worst, "'%s': %s", path, wire_code_sentence(worst));
}

/* ---- burning ---- */

static const struct ch_error *
burn(struct task *t)
{
	const char *path = t->cli->operands[0];
	const struct ch_error *error;
	struct span stage;
	uint8_t *bytes;

	if ((error = read_keys(t)) || (error = cli_read_file(&stage, t->cli, path, FILE_MAX)))
		return error;
	if (!boot_keys_in(stage))
		return ch_fail(CH_REFUSED, "'%s' is no boot stage of a seal; make firmware builds one for each board", path);
	bytes = ch_arena_alloc(&t->cli->state.arena, stage.len);
	memcpy(bytes, stage.data, stage.len);
	memcpy(bytes + BOOT_KEYS_AT + offsetof(struct boot_keys, keys), &t->keys, sizeof(t->keys));
	return replace(t, path, span_of(bytes, stage.len));
}

static const struct ch_error *
run(struct task *t)
{
	return t->makes ? make(t) : t->key ? sign(t) : t->burns ? burn(t) : show(t);
}

static void
check_usage(const struct task *t)
{
	if (t->makes && (!t->board || !t->release || !t->out || t->cli->count == 0))
		cli_usage(t->cli, "--make wants --board, --release, --out and the code");
	if (t->makes && !text_is_id(span_text(t->board)))
		cli_usage(t->cli, "'%s' cannot be a board: letters, digits and '-', at most %d", t->board, ID_MAX);
	if (!t->makes && t->cli->count != 1)
		cli_usage(t->cli, "wants one file");
	if ((t->key || t->burns) && !t->keys_file)
		cli_usage(t->cli, "wants the three public keys: --keys FILE");
	if (t->makes + t->burns + (t->key != NULL) > 1)
		cli_usage(t->cli, "--make, --sign and --burn are different things");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"make", no_argument, NULL, 'm'}, {"board", required_argument, NULL, 'b'}, {"release", required_argument, NULL, 'r'},
		{"out", required_argument, NULL, 'o'}, {"sign", required_argument, NULL, 's'}, {"keys", required_argument, NULL, 'k'}, {"burn", no_argument, NULL, 'u'},
		{0}};
	struct cli cli = {.name = "seal-image",
			  .synopsis = "[-q] [--json] [--keys file] image\n[-n] --make --board board --release number --out image code ...\n"
				      "[-n] --sign key --keys file image\n[-n] --burn --keys file boot",
			  .options = options};
	struct task t = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'b':
			t.board = optarg;
			break;
		case 'r':
			t.release = cli_number(&cli, "--release", optarg, 1, UINT32_MAX);
			break;
		case 'o':
			t.out = optarg;
			break;
		case 's':
			t.key = optarg;
			break;
		case 'k':
			t.keys_file = optarg;
			break;
		default:
			*(option == 'm' ? &t.makes : &t.burns) = true;
		}
	check_usage(&t);
	return cli_end(&cli, run(&t));
}
