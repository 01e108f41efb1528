#include "image.h"

enum { AT_BOARD = 24, AT_VERSION = 56, AT_ADDRESS = 60, AT_SIZE = 64, AT_ZERO = 68, AT_DIGEST = 72, AT_SIGNATURES = IMAGE_SIGNED };
enum { AT_REST = AT_SIGNATURES + IMAGE_KEYS * ED25519_SIGNATURE_SIZE };

static const char magic[AT_BOARD] = "chancery seal image 1\n";

static bool
is_zero(const uint8_t *bytes, size_t len)
{
	uint8_t any = 0;

	for (size_t i = 0; i < len; i++)
		any |= bytes[i];
	return any == 0;
}

static bool
read_board(char board[ID_MAX + 1], const uint8_t *field)
{
	size_t len = 0;

	while (len < ID_MAX && field[len] != '\0')
		len++;
	memcpy(board, field, ID_MAX);
	board[ID_MAX] = '\0';
	return text_is_id(span_of(field, len)) && is_zero(field + len, ID_MAX - len);
}

static bool
is_size(uint32_t size)
{
	return size > 0 && size <= IMAGE_CODE_MAX && size % IMAGE_UNIT == 0;
}

const struct boot_keys *
boot_keys_in(struct span stage)
{
	const struct boot_keys *keys;
	char board[ID_MAX + 1];

	if (stage.len < BOOT_KEYS_AT + sizeof(*keys))
		return NULL;
	keys = (const void *)(stage.data + BOOT_KEYS_AT);
	return memcmp(keys->magic, BOOT_KEYS_MAGIC, sizeof(keys->magic)) == 0 && read_board(board, (const uint8_t *)keys->board) ? keys : NULL;
}

enum wire_code
image_read(struct image *image, struct span bytes)
{
	const uint8_t *head = bytes.data;
	uint32_t size;

	if (bytes.len < IMAGE_HEAD || memcmp(head, magic, sizeof(magic)) != 0 || !read_board(image->board, head + AT_BOARD))
		return WIRE_MALFORMED_IMAGE;
	if (!is_zero(head + AT_ZERO, AT_DIGEST - AT_ZERO) || !is_zero(head + AT_REST, IMAGE_HEAD - AT_REST))
		return WIRE_MALFORMED_IMAGE;
	image->version = get32(head + AT_VERSION);
	image->address = get32(head + AT_ADDRESS);
	size = get32(head + AT_SIZE);
	if (image->version == 0 || !is_size(size) || size > bytes.len - IMAGE_HEAD)
		return WIRE_MALFORMED_IMAGE;
	memcpy(image->digest, head + AT_DIGEST, SHA256_SIZE);
	image->head = span_of(head, IMAGE_HEAD);
	image->code = span_of(head + IMAGE_HEAD, size);
	return WIRE_OK;
}

bool
image_write_head(uint8_t head[IMAGE_HEAD], const struct image *image)
{
	size_t len = strlen(image->board);

	if (!text_is_id(span_text(image->board)) || image->version == 0 || image->code.len > IMAGE_CODE_MAX || !is_size((uint32_t)image->code.len))
		return false;
	memset(head, 0, IMAGE_HEAD);
	memcpy(head, magic, sizeof(magic));
	memcpy(head + AT_BOARD, image->board, len);
	put32(head + AT_VERSION, image->version);
	put32(head + AT_ADDRESS, image->address);
	put32(head + AT_SIZE, (uint32_t)image->code.len);
	wire_sha256_of(head + AT_DIGEST, image->code);
	return true;
}

/* ---- signatures ---- */

static const uint8_t *
signature(const struct image *image, unsigned key)
{
	return image->head.data + AT_SIGNATURES + key * ED25519_SIGNATURE_SIZE;
}

bool
image_has_signature(const struct image *image, unsigned key)
{
	return !is_zero(signature(image, key), ED25519_SIGNATURE_SIZE);
}

bool
image_signed_by(const struct image *image, unsigned key, const struct image_keys *keys)
{
	return wire_ed25519_verify(signature(image, key), span_of(image->head.data, IMAGE_SIGNED), keys->point[key]);
}

void
image_sign(uint8_t head[IMAGE_HEAD], unsigned key, const uint8_t signed_by[ED25519_SIGNATURE_SIZE])
{
	memcpy(head + AT_SIGNATURES + key * ED25519_SIGNATURE_SIZE, signed_by, ED25519_SIGNATURE_SIZE);
}

bool
image_keys_are_usable(const struct image_keys *keys)
{
	for (unsigned i = 0; i < IMAGE_KEYS; i++) {
		if (is_zero(keys->point[i], ED25519_POINT_SIZE))
			return false;
		for (unsigned j = 0; j < i; j++)
			if (memcmp(keys->point[i], keys->point[j], ED25519_POINT_SIZE) == 0)
				return false;
	}
	return true;
}

enum wire_code
image_verify(const struct image *image, const struct image_keys *keys)
{
	uint8_t digest[SHA256_SIZE];
	unsigned signers = 0;

	if (!image_keys_are_usable(keys))
		return WIRE_FEW_SIGNATURES;
	for (unsigned key = 0; key < IMAGE_KEYS; key++) {
		if (!image_has_signature(image, key))
			continue;
		if (!image_signed_by(image, key, keys))
			return WIRE_BAD_SIGNATURE;
		signers++;
	}
	if (signers < IMAGE_SIGNERS)
		return WIRE_FEW_SIGNATURES;
	wire_sha256_of(digest, image->code);
	return memcmp(digest, image->digest, SHA256_SIZE) == 0 ? WIRE_OK : WIRE_MALFORMED_IMAGE;
}
