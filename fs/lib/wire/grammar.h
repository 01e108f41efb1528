/*
 * The grammar of format 1 as two tables, of kinds and of keys (docs/formats/1, section 2). For statement.c only.
 *
 * With WIRE_OF_A_SEAL only the kinds that a seal acts on are in them, and any other is none (docs/decisions/0048).
 */
#ifndef WIRE_GRAMMAR_H
#define WIRE_GRAMMAR_H

#include "statement.h"

/* The i-th key of a kind, from 0, the common ones included; KEYS behind the last one. */
enum key kind_key(enum act_kind kind, size_t i);

/* What the summary says that the actor does: "applies with". */
const char *kind_verb(enum act_kind kind);

/* Whether the word none stands for no value. */
bool key_may_be_none(enum key key);

/* Whether a value has the form of its key, or is none where it may be. */
bool key_has_form(enum key key, struct span value);

/* Whether it says what the forms of single keys cannot demand: a subject, the nonce of an application, what a page decides. */
bool kind_is_whole(const struct statement *st);

#endif
