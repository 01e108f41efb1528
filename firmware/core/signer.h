/* Who signed an act shown to the seal, judged by the approver table that it holds. */
#ifndef SEAL_SIGNER_H
#define SEAL_SIGNER_H

#include "memory.h"

/* The person whose key it is, and the signature: WIRE_UNKNOWN_KEY, WIRE_KEY_OWNER, WIRE_BAD_SIGNATURE. */
enum wire_code signer_person(struct table_person *person, const struct memory *memory, const struct act *act);

/* The registrar, as the table names it, or the enrolment before there is one: WIRE_UNKNOWN_KEY, WIRE_BAD_SIGNATURE. */
enum wire_code signer_registrar(const struct memory *memory, const struct act *act);

/* The enrolment's administrator: WIRE_UNKNOWN_KEY, WIRE_KEY_OWNER, WIRE_BAD_SIGNATURE. */
enum wire_code signer_administrator(const struct memory *memory, const struct act *act);

/* A person of the table who is an administrator; before there is a table, the enrolment's: as above, and WIRE_NO_AUTHORITY. */
enum wire_code signer_any_administrator(struct span *id, const struct memory *memory, const struct act *act);

/* Archive, and where the act has them Seal, Device and Epoch, are this device's. */
enum wire_code signed_for_this_seal(const struct memory *memory, const struct statement *st);

#endif
