/*
 * The grammar of format 1 as two tables, of kinds and of keys (docs/formats/1, section 2). For statement.c only.
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

#endif
