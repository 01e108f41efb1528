/* Records in the tree: each written, read back and compared; next to it the texts that are refused. */
#include "records/records.h"

#include "test.h"

#define ID "000102030405060708090a0b0c0d0e0f"
#define DIGEST "1111111111111111111111111111111111111111111111111111111111111111"

static struct ch_arena arena;

static bool
refused(const struct ch_error *error)
{
	return error && error->class == CH_REFUSED && error->code == WIRE_MALFORMED_RECORD;
}

static void
test_archive(void)
{
	static const char *const bad[] = {
		"",
		"Format: 1\n",
		"Format: 2\nArchive: " ID "\nName: Example\nTime-Zone: UTC\n",
		"Format: 1\nArchive: 0001\nName: Example\nTime-Zone: UTC\n",
		"Format: 1\nName: Example\nArchive: " ID "\nTime-Zone: UTC\n",
		"Format: 1\nArchive: " ID "\nName: Example\n",
		"Format: 1\nArchive: " ID "\nName: Example\nTime-Zone: UTC",
		"Format: 1\nArchive: " ID "\nName: Example\nTime-Zone: UTC\nTime-Zone: UTC\n",
		"Format: 1\nArchive: " ID "\nName: \nTime-Zone: UTC\n",
		"Format: 1\nArchive: " ID "\nName: Example\nTime-Zone: UTC\nLarge: none\n",
		"Format: 1\nArchive: " ID "\nName: Example\nTime-Zone: UTC\nLarge: *.jpg\nLarge: *.jpg\n",
		"Format: 1\nArchive: " ID "\nName: Example\nLarge: *.jpg\nTime-Zone: UTC\n",
		"Format: 1\nArchive: " ID "\nName: Mu\xcc\x88ller\nTime-Zone: UTC\n",
	};
	struct ch_archive_record record = {.id = SPAN_LITERAL(ID), .name = SPAN_LITERAL("Müller 公司"), .zone = SPAN_LITERAL("Asia/Shanghai")}, back;
	struct span text = ch_archive_record_write(&record, &arena);

	CHECK(ch_archive_record_read(&back, text) == NULL);
	CHECK_EQUAL(back.large.count, 0);
	CHECK(ch_patterns_add(&record.large, SPAN_LITERAL("*.jpg")) && ch_patterns_add(&record.large, SPAN_LITERAL("*.PDF")));
	text = ch_archive_record_write(&record, &arena);
	CHECK(ch_archive_record_read(&back, text) == NULL);
	CHECK_EQUAL_SPAN(back.id, record.id);
	CHECK_EQUAL_SPAN(back.name, record.name);
	CHECK_EQUAL_SPAN(back.zone, record.zone);
	CHECK_EQUAL(back.large.count, 2);
	CHECK_EQUAL_SPAN(back.large.pattern[1], SPAN_LITERAL("*.PDF"));
	CHECK_EQUAL_SPAN(ch_archive_record_write(&back, &arena), text);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(refused(ch_archive_record_read(&back, span_text(bad[i]))));
}

static bool
roles_read(const char *roles)
{
	struct ch_person_record record = {SPAN_LITERAL("Bob"), SPAN_LITERAL("none"), span_text(roles)}, back;

	return ch_person_record_read(&back, ch_person_record_write(&record, &arena)) == NULL;
}

static void
test_person(void)
{
	struct ch_person_record record = {SPAN_LITERAL("Bob Li"), SPAN_LITERAL("bob@example.org"), SPAN_LITERAL("employee manager")}, back;
	struct span text = ch_person_record_write(&record, &arena);

	CHECK(ch_person_record_read(&back, text) == NULL);
	CHECK_EQUAL_SPAN(back.name, record.name);
	CHECK_EQUAL_SPAN(back.mail, record.mail);
	CHECK_EQUAL_SPAN(back.roles, record.roles);
	CHECK(refused(ch_person_record_read(&back, SPAN_LITERAL("Format: 1\nName: Bob\nMail: none\n"))));
	CHECK(refused(ch_person_record_read(&back, SPAN_LITERAL("Format: 1\nName: Bob\nRoles: clerk\nMail: none\n"))));
	CHECK(refused(ch_person_record_read(&back, SPAN_LITERAL("Format: 1\nName: Bob\nMail: none\nRoles: clerk\nRoles: manager\n"))));
}

/* One form for one set of roles: sorted as bytes, each once. */
static void
test_roles(void)
{
	CHECK(roles_read("clerk"));
	CHECK(roles_read("clerk manager"));
	CHECK(roles_read("man manager"));
	CHECK(!roles_read("manager clerk"));
	CHECK(!roles_read("manager man"));
	CHECK(!roles_read("clerk clerk"));
	CHECK(!roles_read("clerk  manager"));
	CHECK(!roles_read("clerk "));
	CHECK(!roles_read("Clerk"));
	CHECK(!roles_read("none"));
	CHECK(!roles_read(""));
}

static void
test_application(void)
{
	struct ch_attachment attachments[] = {{.size = 12, .name = SPAN_LITERAL("contract 1.pdf")}, {.size = 0, .name = SPAN_LITERAL("附件.txt")}};
	struct ch_application_record record = {SPAN_LITERAL("Twelve desks"), SPAN_LITERAL("needed in December"), attachments, 2}, back;
	struct span text;

	memset(attachments[0].digest, 0x11, SHA256_SIZE);
	text = ch_application_record_write(&record, &arena);
	CHECK(ch_application_record_read(&back, text, &arena) == NULL);
	CHECK_EQUAL_SPAN(back.title, record.title);
	CHECK_EQUAL_SPAN(back.reason, record.reason);
	CHECK_EQUAL(back.count, 2);
	CHECK(memcmp(back.attachments[0].digest, attachments[0].digest, SHA256_SIZE) == 0);
	CHECK_EQUAL(back.attachments[0].size, 12);
	CHECK_EQUAL_SPAN(back.attachments[0].name, attachments[0].name);
	CHECK_EQUAL_SPAN(back.attachments[1].name, attachments[1].name);
	CHECK_EQUAL_SPAN(ch_application_record_write(&back, &arena), text);
}

static bool
attachment_reads(const char *line)
{
	const char *text = ch_arena_format(&arena, "Format: 1\nKind: application\nTitle: Desks\nReason: none\n%s", line);
	struct ch_application_record record;

	return ch_application_record_read(&record, span_text(text), &arena) == NULL;
}

static void
test_attachments(void)
{
	CHECK(attachment_reads("Attachment: " DIGEST " 12 contract.pdf\n"));
	CHECK(attachment_reads("Attachment: " DIGEST " 12 a\nAttachment: " DIGEST " 12 b\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12 a\nAttachment: " DIGEST " 12 a\n"));
	CHECK(!attachment_reads(""));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " contract.pdf\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 012 contract.pdf\n"));
	CHECK(!attachment_reads("Attachment: 11 12 contract.pdf\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12 ../contract.pdf\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12 .git\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12 contract.pdf\nTitle: Desks\n"));
	CHECK(!attachment_reads("Attachment: " DIGEST " 12 contract.pdf"));
}

#define SIGNATURE "-----BEGIN PGP SIGNATURE-----\n\niHUE\n=abcd\n-----END PGP SIGNATURE-----\n"

static struct span
receipt_text(uint64_t counter)
{
	struct receipt r = {.device = SPAN_LITERAL("x1"), .epoch = 1, .boot = 1, .counter = counter, .kind = RECEIPT_BOOT, .time = 1795000000};
	char *text = ch_arena_alloc(&arena, RECEIPT_MAX);

	return span_of(text, receipt_write(text, RECEIPT_MAX, &r));
}

static void
test_receipts(void)
{
	struct span first = receipt_text(1), second = receipt_text(2), rest;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;

	rest = span_text(ch_arena_format(&arena, "%.*s%s%.*s%s", (int)first.len, (const char *)first.data, SIGNATURE, (int)second.len,
					 (const char *)second.data, SIGNATURE));
	CHECK(ch_receipts_next(&r, &rest, &code) && r.receipt.counter == 1);
	CHECK_EQUAL_SPAN(r.text, first);
	CHECK_EQUAL_SPAN(r.armor, SPAN_LITERAL(SIGNATURE));
	CHECK(ch_receipts_next(&r, &rest, &code) && r.receipt.counter == 2);
	CHECK_EQUAL_SPAN(r.text, second);
	CHECK(!ch_receipts_next(&r, &rest, &code));
	CHECK_EQUAL(code, WIRE_OK);
}

static enum wire_code
receipts_end(const char *text)
{
	struct span rest = span_text(text);
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;

	while (ch_receipts_next(&r, &rest, &code))
		;
	return code;
}

static void
test_receipts_refused(void)
{
	struct span one = receipt_text(1);
	const char *text = ch_arena_text(&arena, one);

	CHECK_EQUAL(receipts_end(""), WIRE_OK);
	CHECK_EQUAL(receipts_end(ch_arena_format(&arena, "%s" SIGNATURE, text)), WIRE_OK);
	CHECK_EQUAL(receipts_end(text), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(receipts_end(SIGNATURE), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(receipts_end(ch_arena_format(&arena, "%s" SIGNATURE SIGNATURE, text)), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(receipts_end(ch_arena_format(&arena, "%s" SIGNATURE "\n", text)), WIRE_MALFORMED_RECORD);
	CHECK_EQUAL(receipts_end(ch_arena_format(&arena, "%s-----BEGIN PGP SIGNATURE-----\n", text)), WIRE_MALFORMED_RECORD);
}

int
main(void)
{
	test_archive();
	test_person();
	test_roles();
	test_application();
	test_attachments();
	test_receipts();
	test_receipts_refused();
	ch_arena_clear(&arena);
	return test_result();
}
