/* Signatures by other programs and through mail: one form of them all, or words that say what happened. */
#include "base/arena.h"
#include "hex.h"
#include "keys/detached.h"
#include "test.h"
#include "wire/armor.h"
#include "wire/pgpkey.h"
#include "wire/pgppacket.h"

#define BEGIN "-----BEGIN PGP SIGNATURE-----\n"
#define END "-----END PGP SIGNATURE-----\n"

/* sq 0.27.0, rnp 0.16.3: heads of the new format; gpg 1.4.23: no issuer fingerprint. Over "hello\n". */
#define SQ "c2bd0400160a006f05826b074e8c09106de564c9555062c1471400000000001e002073616c74406e6f746174696f6e732e736571756f69612d7067702e6f7267b84ca9" \
	   "be9af2ef65c31b9517188f16d6a158df1a6fffb1a896e68846bf0041c91621042ebba68d88cb505565fe8f896de564c9555062c10000666400ff47624586807fd5" \
	   "db32d4f5274cddb70cc3097ad0db784f23f6ad16549317376300ff7a3bea7fb7f94943c5bb89a487511dc7a09d0b1dd856e110d4549229021c1e0c"
#define RNP "c27b0400160800231621042ebba68d88cb505565fe8f896de564c9555062c105026b074e8c050300000000000a09106de564c9555062c1c6f10100f98d0d8cbcfe29" \
	    "eec63380b40681506dbe9fb058ed2fb4a01ca4dcc640f72e2d00ff579fa97f46fac3bd343f32dcb18a3caf43811b12e79ab745a213e47b83a88308"
#define POINT "3abe4c217359dbb1280676b2599d02c066012251aa613030799974fc66a1661a"

static struct ch_arena arena;

static const struct span text = {(const uint8_t *)"hello\n", 6};

/* Whether the file is a good signature over the text. */
static bool
is_good(struct span file, const uint8_t point[ED25519_POINT_SIZE])
{
	struct span packet;
	struct pgpsig sig;

	return ch_detached_read(&packet, file, &arena) == NULL && pgpsig_read(&sig, packet) == WIRE_OK &&
	       pgpsig_verify(&sig, text, span_of(NULL, 0), point) == WIRE_OK;
}

static void
check_refused(struct span file, const char *words)
{
	struct span packet;
	const struct ch_error *error = ch_detached_read(&packet, file, &arena);

	CHECK(error && error->class == CH_REFUSED && error->code == WIRE_MALFORMED_SIGNATURE && strstr(error->message, words));
	if (error == NULL || strstr(error->message, words) == NULL)
		printf("%s: %s\n", words, error ? error->message : "accepted");
}

/* Our own signature over the text: its packet, and its armor as canonical lines. */
static struct span
own(uint8_t point[ED25519_POINT_SIZE], enum pgpsig_type type)
{
	static const uint8_t seed[ED25519_SEED_SIZE] = {7};
	uint8_t *packet = ch_arena_alloc(&arena, PGPSIG_ED25519_MAX), fingerprint[FINGERPRINT_SIZE];

	wire_ed25519_point(point, seed);
	pgpkey_fingerprint(fingerprint, point, 1795332360);
	return span_of(packet, pgpsig_write(packet, PGPSIG_ED25519_MAX, type, text, span_of(NULL, 0), seed, fingerprint, 1795332360, span_of(NULL, 0)));
}

static void
test_programs(void)
{
	uint8_t bytes[PGPSIG_MAX], point[ED25519_POINT_SIZE];

	hex(point, POINT);
	CHECK(is_good(hex(bytes, SQ), point));
	CHECK(is_good(hex(bytes, RNP), point));
}

static const char *
armor_of(struct span packet)
{
	char *armor = ch_arena_alloc(&arena, 1024);

	armor[armor_write(armor, 1023, ARMOR_SIGNATURE, packet)] = '\0';
	return armor;
}

/* `what` in place of the first `old`. */
static struct span
with(const char *in, const char *old, const char *what)
{
	const char *at = strstr(in, old);

	return span_text(ch_arena_format(&arena, "%.*s%s%s", (int)(at - in), in, what, at + strlen(old)));
}

/* Every line end as CR LF, with a blank before it. */
static struct span
for_windows(const char *in)
{
	char *out = ch_arena_alloc(&arena, 3 * strlen(in) + 1);
	size_t len = 0;

	for (; *in; in++) {
		if (*in == '\n') {
			out[len++] = ' ';
			out[len++] = '\r';
		}
		out[len++] = *in;
	}
	return span_of(out, len);
}

static void
test_armor(void)
{
	uint8_t point[ED25519_POINT_SIZE];
	struct span packet = own(point, PGPSIG_BINARY);
	const char *armor = armor_of(packet), *sum = strrchr(armor, '=');

	CHECK(is_good(packet, point));
	CHECK(is_good(span_text(armor), point));
	CHECK(is_good(for_windows(armor), point));
	CHECK(is_good(with(armor, BEGIN, "\xef\xbb\xbf" BEGIN), point));
	CHECK(is_good(with(armor, BEGIN, "Dear Bob,\n\n" BEGIN "Version: 1\nComment: -----BEGIN\n"), point));
	CHECK(is_good(with(armor, END, END "-- \nCarol\n"), point));
	CHECK(is_good(with(armor, "-----END PGP SIGNATURE-----\n", "-----END PGP SIGNATURE-----"), point));
	CHECK(is_good(with(armor, ch_arena_text(&arena, span_of(sum, 6)), ""), point)); /* no checksum */
	check_refused(with(armor, ch_arena_text(&arena, span_of(sum, 6)), "=AAAA\n"), "was damaged on its way");
}

static void
test_mail(void)
{
	uint8_t point[ED25519_POINT_SIZE];
	const char *armor = armor_of(own(point, PGPSIG_BINARY)), *sum = strrchr(armor, '=');

	check_refused(with(armor, BEGIN, "> " BEGIN), "is quoted");
	check_refused(with(armor, BEGIN "\n", BEGIN "\n> "), "is quoted");
	check_refused(with(armor, BEGIN, "- " BEGIN), "is quoted");
	check_refused(with(armor, ch_arena_text(&arena, span_of(sum, 2)), ch_arena_format(&arena, "=3D%c", sum[1])), "quoted-printable");
	check_refused(with(armor, BEGIN "\n", BEGIN), "the empty line behind the head");
	check_refused(with(armor, BEGIN "\n", BEGIN "\n\n"), "was damaged");
	check_refused(with(armor, BEGIN "\n", BEGIN "\n-"), "was damaged");
	check_refused(with(armor, END, ""), "is cut off");
	check_refused(with(armor, END, END BEGIN), "several signatures");
	check_refused(span_text(ch_arena_format(&arena, "%s%s", armor, armor)), "several signatures");
	check_refused(SPAN_LITERAL("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n"), "its signature around it");
	check_refused(SPAN_LITERAL("-----BEGIN PGP MESSAGE-----\n\n"), "a message with the text in it");
	check_refused(SPAN_LITERAL("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n"), "is a key");
	check_refused(SPAN_LITERAL("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n"), "is a key");
	check_refused(SPAN_LITERAL("\xff\xfe-\0-\0"), "UTF-16");
	check_refused(SPAN_LITERAL("I agree.\n"), "there is no signature");
	check_refused(SPAN_LITERAL(""), "there is no signature");
}

/* A byte of our own signature's packet as something else. */
static struct span
bent(size_t at, uint8_t value)
{
	uint8_t point[ED25519_POINT_SIZE];
	struct span packet = own(point, PGPSIG_BINARY);
	uint8_t *copy = ch_arena_alloc(&arena, packet.len);

	memcpy(copy, packet.data, packet.len);
	copy[at] = value;
	return span_of(copy, packet.len);
}

static void
test_packets(void)
{
	/* as gpg 1.4.23 has it: only the time is signed */
	static const char gpg1[] = "881d" "04000108" "0006" "05026b074f00" "000a" "091086d0854b2e8f6570" "592d" "000101";
	uint8_t bytes[PGPSIG_MAX], point[ED25519_POINT_SIZE];
	struct span packet = own(point, PGPSIG_BINARY);
	uint8_t *two = ch_arena_alloc(&arena, 2 * packet.len);

	check_refused(hex(bytes, gpg1), "issuer fingerprint");
	check_refused(bent(2, 3), "nobody should use any more");
	check_refused(bent(2, 6), "newer form");
	check_refused(bent(3, 1), "without --textmode");
	check_refused(bent(3, 0x13), "not over a file");
	check_refused(bent(4, 17), "neither Ed25519");
	check_refused(bent(5, 2), "--digest-algo SHA512");
	check_refused(bent(5, 9), "SHA-384, which a seal does not know");
	check_refused(bent(32, 3), "does not say in what is signed when");
	check_refused(bent(32, 100), "does not say in what is signed when");
	check_refused(bent(9, 100), "issuer fingerprint");
	check_refused(span_of(packet.data, packet.len - 1), "not an OpenPGP signature, or not all of it");
	check_refused(bent(0, 0x80 | 4 << 2), "a message with the text in it");
	check_refused(bent(0, 0x80 | PGP_PUBLIC_KEY << 2), "is a key");
	check_refused(bent(0, 0x80 | 13 << 2), "is not an OpenPGP signature");
	memcpy(two, packet.data, packet.len);
	memcpy(two + packet.len, packet.data, packet.len);
	check_refused(span_of(two, 2 * packet.len), "several signatures");
	CHECK(is_good(span_of(two, packet.len), point));
}

/* What the unhashed area says is nobody's word, and is left out. */
static void
test_unhashed(void)
{
	enum { AT_UNHASHED = 37, UNHASHED = 12 };
	uint8_t point[ED25519_POINT_SIZE], bytes[PGPSIG_MAX];
	struct span packet = own(point, PGPSIG_BINARY), again;

	memcpy(bytes, packet.data, AT_UNHASHED);
	memcpy(bytes + AT_UNHASHED, "\x00\x04\x03\x64xy", 6);
	memcpy(bytes + AT_UNHASHED + 6, packet.data + AT_UNHASHED + UNHASHED, packet.len - AT_UNHASHED - UNHASHED);
	bytes[1] = (uint8_t)(packet.len - 2 - UNHASHED + 6);
	CHECK(ch_detached_read(&again, span_of(bytes, packet.len - UNHASHED + 6), &arena) == NULL && span_equal(again, packet));
}

int
main(void)
{
	test_programs();
	test_armor();
	test_mail();
	test_packets();
	test_unhashed();
	ch_arena_clear(&arena);
	return test_result();
}
