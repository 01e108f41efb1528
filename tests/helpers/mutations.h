/* The ways in which a signed commit is bent: what each does, and why we refuse it where gpg alone does not. */
#ifndef TESTS_HELPERS_MUTATIONS_H
#define TESTS_HELPERS_MUTATIONS_H

#include "mutations_bytes.h"
#include "mutations_said.h"

struct mutant_class {
	const char *name;
	const char *
		why; /* empty: gpg and we agree on each; else why a good signature is refused by the strict reader, `both` in front: by --signatures-only, too */
	void (*text)(struct mutant *m);
	const struct mutant_signing *sign;
	void (*packet)(struct mutant *m);
	void (*armor)(struct mutant *m);
	void (*raw)(struct mutant *m);
	bool armored; /* gpg is shown a detached signature: the armor matters, or how lines end does */
};

#define SAYS(f)                                                                                                                \
	.sign = &(const struct mutant_signing)                                                                                 \
	{                                                                                                                      \
		.says = f                                                                                                      \
	}
#define NUMBERS(f)                                                                                                             \
	.sign = &(const struct mutant_signing)                                                                                 \
	{                                                                                                                      \
		.numbers = f                                                                                                   \
	}
#define FORM "acts have one form of commit"
#define STATEMENT "a statement has one form"
#define PACKET "one signature has one form"
#define READERS "both: git's readers disagree about it"

static const struct mutant_class mutant_classes[] = {
	{.name = "valid", .why = ""},
	{"header encoding", FORM, .text = header_encoding},
	{"header unknown", FORM, .text = header_unknown},
	{"header tree twice", READERS, .text = header_tree_twice},
	{"header author twice", READERS, .text = header_author_twice},
	{"header late parent", READERS, .text = header_late_parent},
	{"text NUL", READERS, .text = text_nul},
	{"text CR", STATEMENT, .text = text_cr},
	{"text paragraph", STATEMENT, .text = text_paragraph},
	{"text without end", STATEMENT, .text = text_no_end},
	{"text key twice", STATEMENT, .text = text_key_twice},
	{"text bidirectional", STATEMENT, .text = text_bidi},
	{"text other author", "author and statement are one", .text = text_author},
	{"key another", "the statement names the key", SAYS(by_another)},
	{"key another's name", "", SAYS(by_another_as_him)},
	{"key unknown", "", SAYS(by_unknown)},
	{"key unknown, named", "", .text = text_of_unknown},
	{"key of small order", "both: a point of small order", .text = text_of_small},
	{"hash MD5", "", SAYS(hash_md5)},
	{"hash SHA-1", "broken", SAYS(hash_sha1)},
	{"hash SHA-224", "too short", SAYS(hash_sha224)},
	{"hash SHA-384", "the seal does not compute it", SAYS(hash_sha384)},
	{"hash another", "", SAYS(hash_lies)},
	{"hash unknown", "", SAYS(hash_unknown)},
	{"type text", "bytes are signed, not lines", SAYS(type_text), .armored = true},
	{"type other", "", SAYS(type_other)},
	{"version other", "", SAYS(version_other)},
	{"algorithm other", "both, at times: a key has one algorithm", SAYS(algorithm_other)},
	{"time before key", "", .text = text_before_key, SAYS(created_before_key)},
	{"time before act", "signed before it was drawn up", SAYS(created_before_act)},
	{"time to come", "", SAYS(created_in_future)},
	{"says expiry", PACKET, SAYS(says_expiry)},
	{"says notation", PACKET, SAYS(says_notation)},
	{"says user id", "", SAYS(says_user_id)},
	{"says critical", "", SAYS(says_critical)},
	{"says unknown", PACKET, SAYS(says_unknown)},
	{"says key flags", PACKET, SAYS(says_key_flags)},
	{"says time twice", PACKET, SAYS(says_time_twice)},
	{"issuer unhashed", PACKET, SAYS(says_issuer_unhashed)},
	{"issuer short", PACKET, SAYS(says_no_fingerprint)},
	{"issuer's other id", PACKET, SAYS(says_other_key_id)},
	{"time unhashed", "", SAYS(says_time_unhashed)},
	{"unhashed more", PACKET, SAYS(says_more_unhashed)},
	{"left 16 bits", "both: they tell whether the digest is meant", NUMBERS(left16_other)},
	{"S + L", "both: S is below the order", NUMBERS(s_plus_order)},
	{"R neutral", "both: a point of small order", NUMBERS(r_neutral)},
	{"R not reduced", "", NUMBERS(r_not_reduced)},
	{"R for S", "", NUMBERS(rs_swapped)},
	{"number missing", "", NUMBERS(number_missing)},
	{"number zero", "", NUMBERS(number_zero)},
	{"number third", PACKET, NUMBERS(number_third)},
	{"number padded", PACKET, NUMBERS(number_padded)},
	{"number inexact", PACKET, NUMBERS(number_inexact)},
	{"number huge", "", NUMBERS(number_huge)},
	{"packet number bit", "", .packet = packet_number_bit},
	{"packet any bit", "both, at times: one signature has one form", .packet = packet_bit, .armored = true}, /* its length as well */
	{"packet cut", "", .packet = packet_cut},
	{"packet cut well", "", .packet = packet_cut_well},
	{"packet twice", "both: one signature, not several", .packet = packet_twice},
	{"packet long", PACKET, .packet = packet_long},
	{"packet new form", PACKET, .packet = packet_new},
	{"packet without end", "", .packet = packet_endless},
	{"packet other tag", "", .packet = packet_other_tag},
	{"packet of another", "", .packet = packet_of_another},
	{"packet none", "", .packet = packet_none},
	{"armor comment", PACKET, .armor = armor_comment, .armored = true},
	{"armor version", PACKET, .armor = armor_version, .armored = true},
	{"armor CR", "both: lines end in LF", .armor = armor_cr, .armored = true},
	{"armor blank", PACKET, .armor = armor_blank, .armored = true},
	{"armor wrapped", PACKET, .armor = armor_wrapped, .armored = true},
	{"armor byte", "both, at times: one signature has one form", .armor = armor_byte, .armored = true},
	{"armor without CRC", PACKET, .armor = armor_without_crc, .armored = true},
	{"armor wrong CRC", "", .armor = armor_wrong_crc, .armored = true},
	{"armor behind", PACKET, .armor = armor_behind, .armored = true},
	{"armor before", "both: a signature, and nothing before it", .armor = armor_before, .armored = true},
	{"armor twice", "both: one signature, not several", .armor = armor_twice, .armored = true},
	{"commit any bit", "", .raw = raw_bit},
	{"commit byte more", "", .raw = raw_byte_more},
	{"commit byte less", "", .raw = raw_byte_less},
	{"commit cut", "", .raw = raw_cut},
	{"commit NUL", "", .raw = raw_nul},
	{"commit encoding", "", .raw = raw_encoding},
	{"commit parent", "", .raw = raw_parent},
	{"commit gpgsig-sha256", READERS, .raw = raw_other_signature},
	{"commit gpgsig-sha256 behind", READERS, .raw = raw_other_behind},
	{"commit gpgsig twice", READERS, .raw = raw_signature_twice, .armored = true},
	{"commit gpgsig first", READERS, .raw = raw_signature_first},
};

static const size_t mutant_class_count = sizeof(mutant_classes) / sizeof(mutant_classes[0]);

#endif
