/* An act is made again from its statement and its signature packet alone, with the commit's tree and parents: no byte says anything else. */
#include "wire/act.h"
#include "wire/armor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char payload[COMMIT_MAX], armor[COMMIT_SIGNATURE_MAX], back[COMMIT_MAX];
	static struct act act;
	char summary[SUMMARY_MAX], name[ACT_FILE_NAME_MAX];
	struct span raw = span_of(data, size);
	struct commit c;
	size_t len, armor_len;

	if (act_read(&act, raw) != WIRE_OK)
		return 0;
	c = act.commit;
	c.actor = act.statement.value[KEY_ACTOR];
	c.archive = act.statement.value[KEY_ARCHIVE];
	statement_time(&c.time, &act.statement, KEY_TIME);
	c.summary = span_of(summary, statement_summary(summary, sizeof(summary), &act.statement));
	len = commit_write_payload(payload, sizeof(payload), &c);
	armor_len = armor_write(armor, sizeof(armor), ARMOR_SIGNATURE, span_of(act.packet, act.packet_len));
	len = commit_write_signed(back, sizeof(back), span_of(payload, len), span_of(armor, armor_len));
	if (!span_equal(span_of(back, len), raw) || act_file_name(name, sizeof(name), &act.statement, 2) == 0)
		__builtin_trap();
	return 0;
}
