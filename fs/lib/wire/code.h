/*
 * Every reason for which an act is not accepted or a seal stays locked: one list for the register's `Refused:` lines, the
 * firmware's answers, exit messages and tests. The names are frozen into signed bytes; numbers travel in frames.
 */
#ifndef WIRE_CODE_H
#define WIRE_CODE_H

#include "span.h"

/* X(identifier, number, name, sentence) */
#define WIRE_CODES(X)                                                                                                          \
	X(WIRE_OK, 0, "OK", "accepted")                                                                                        \
	X(WIRE_MALFORMED_COMMIT, 1, "MALFORMED-COMMIT", "the commit is not in canonical form")                                 \
	X(WIRE_MALFORMED_STATEMENT, 2, "MALFORMED-STATEMENT", "the statement does not follow the grammar")                     \
	X(WIRE_MALFORMED_SIGNATURE, 3, "MALFORMED-SIGNATURE", "the signature is not in canonical form")                        \
	X(WIRE_MALFORMED_TREE, 4, "MALFORMED-TREE", "the tree is not in canonical form")                                       \
	X(WIRE_MALFORMED_KEY, 5, "MALFORMED-KEY", "the key is not a usable OpenPGP v4 key")                                    \
	X(WIRE_MALFORMED_TABLE, 6, "MALFORMED-TABLE", "the approver table does not follow the grammar")                        \
	X(WIRE_MALFORMED_RECORD, 7, "MALFORMED-RECORD", "a record in the tree does not follow the grammar")                    \
	X(WIRE_MALFORMED_FRAME, 8, "MALFORMED-FRAME", "the frame does not follow the protocol")                                \
	X(WIRE_TOO_LONG, 9, "TOO-LONG", "longer than the format allows")                                                       \
	X(WIRE_BAD_SIGNATURE, 10, "BAD-SIGNATURE", "the signature does not fit the bytes and the key")                         \
	X(WIRE_WRONG_KEY, 11, "WRONG-KEY", "signed by another key than the statement names")                                   \
	X(WIRE_UNKNOWN_KEY, 12, "UNKNOWN-KEY", "the key is not registered")                                                    \
	X(WIRE_KEY_OWNER, 13, "KEY-OWNER", "the key does not belong to the actor")                                             \
	X(WIRE_KEY_ENDED, 14, "KEY-ENDED", "the key is no longer valid")                                                       \
	X(WIRE_WRONG_ARCHIVE, 15, "WRONG-ARCHIVE", "made for another archive")                                                 \
	X(WIRE_WRONG_SEAL, 16, "WRONG-SEAL", "made for another seal")                                                          \
	X(WIRE_WRONG_DEVICE, 17, "WRONG-DEVICE", "made for another device")                                                    \
	X(WIRE_WRONG_EPOCH, 18, "WRONG-EPOCH", "made for another epoch of the device")                                         \
	X(WIRE_WRONG_SUBJECT, 19, "WRONG-SUBJECT", "about another subject, or another version of it")                          \
	X(WIRE_WRONG_PREVIOUS, 20, "WRONG-PREVIOUS", "does not follow what was decided before")                                \
	X(WIRE_WRONG_POLICY, 21, "WRONG-POLICY", "names a policy that is not accepted")                                        \
	X(WIRE_WRONG_VERSION, 22, "WRONG-VERSION", "the version does not follow the current one")                              \
	X(WIRE_WRONG_CONTENT, 23, "WRONG-CONTENT", "the tree does not hold exactly what the statement says")                   \
	X(WIRE_WRONG_TIME, 24, "WRONG-TIME", "the times of statement, signature and receipt contradict each other")            \
	X(WIRE_NOT_ALLOWED, 25, "NOT-ALLOWED", "the policy does not allow it")                                                 \
	X(WIRE_NO_AUTHORITY, 26, "NO-AUTHORITY", "the actor does not have the role this level needs")                          \
	X(WIRE_OWN_APPLICATION, 27, "OWN-APPLICATION", "nobody decides on an application of his own")                          \
	X(WIRE_SAME_PERSON, 28, "SAME-PERSON", "the person has decided on this application already")                           \
	X(WIRE_LEVEL_ORDER, 29, "LEVEL-ORDER", "the application is not at this level")                                         \
	X(WIRE_LEVEL_MISSING, 30, "LEVEL-MISSING", "a level has not approved yet")                                             \
	X(WIRE_CONFLICT, 31, "CONFLICT", "another decision was registered first")                                              \
	X(WIRE_CLOSED, 32, "CLOSED", "the application is closed")                                                              \
	X(WIRE_TRANSFERRED, 33, "TRANSFERRED", "the actor has transferred this decision to somebody else")                     \
	X(WIRE_TOO_MANY_TRANSFERS, 34, "TOO-MANY-TRANSFERS", "transferred too often, or in a circle")                          \
	X(WIRE_ABOVE_APPLICATION, 35, "ABOVE-APPLICATION", "grants more than was applied for")                                 \
	X(WIRE_ABOVE_LIMIT, 36, "ABOVE-LIMIT", "more presses than the level may grant")                                        \
	X(WIRE_TOO_MANY_PRESSES, 37, "TOO-MANY-PRESSES", "more presses than remain")                                           \
	X(WIRE_USED_UP, 38, "USED-UP", "every granted press is used")                                                          \
	X(WIRE_WITHDRAWN, 39, "WITHDRAWN", "the remaining presses were withdrawn")                                             \
	X(WIRE_REJECTED, 40, "REJECTED", "the application was rejected")                                                       \
	X(WIRE_CANCELLED, 41, "CANCELLED", "the application was cancelled")                                                    \
	X(WIRE_SUSPENDED, 42, "SUSPENDED", "the seal is suspended")                                                            \
	X(WIRE_NOT_YET, 43, "NOT-YET", "the period of the application has not begun")                                          \
	X(WIRE_EXPIRED, 44, "EXPIRED", "the period of the application is over")                                                \
	X(WIRE_TIME_UNKNOWN, 45, "TIME-UNKNOWN", "a dated grant needs trusted time and there is none")                         \
	X(WIRE_STALE_STATE, 46, "STALE-STATE", "the seal-state is older than the application allows")                          \
	X(WIRE_STALE_TABLE, 47, "STALE-TABLE", "the approver table is older than one seen before")                             \
	X(WIRE_WRONG_NONCE, 48, "WRONG-NONCE", "made for another session of the device")                                       \
	X(WIRE_NOT_APPLICANT, 49, "NOT-APPLICANT", "only the applicant may do this")                                           \
	X(WIRE_NO_APPLICATION, 50, "NO-APPLICATION", "no application has been shown")                                          \
	X(WIRE_NO_STATE, 51, "NO-STATE", "no seal-state has been shown")                                                       \
	X(WIRE_NO_SESSION, 52, "NO-SESSION", "no seal-session by the applicant has been shown")                                \
	X(WIRE_NO_TABLE, 53, "NO-TABLE", "the seal has no approver table")                                                     \
	X(WIRE_NOT_ENROLLED, 54, "NOT-ENROLLED", "the seal has not been enrolled")                                             \
	X(WIRE_ENROLLED, 55, "ENROLLED", "the seal is enrolled already")                                                       \
	X(WIRE_OUT_OF_ORDER, 56, "OUT-OF-ORDER", "not possible in this state")                                                 \
	X(WIRE_FULL, 57, "FULL", "no room for another entry")                                                                  \
	X(WIRE_UNACKNOWLEDGED, 58, "UNACKNOWLEDGED", "too many receipts have not been acknowledged")                           \
	X(WIRE_LOCKED_FOR_GOOD, 59, "LOCKED-FOR-GOOD", "the seal's memory is older than what it has reported")                 \
	X(WIRE_WRONG_CODE, 60, "WRONG-CODE", "not the code that the display shows")                                            \
	X(WIRE_TOO_LATE, 61, "TOO-LATE", "the code was not seen in time")                                                      \
	X(WIRE_WRONG_ROLE, 62, "WRONG-ROLE", "a device's key deposits and reports, it never decides")                          \
	X(WIRE_DUPLICATE, 63, "DUPLICATE", "registered already")                                                               \
	X(WIRE_FLASH, 64, "FLASH", "the seal's memory failed")                                                                 \
	X(WIRE_LIMIT, 65, "LIMIT", "more than the format allows")                                                              \
	X(WIRE_KEY_COMPROMISED, 66, "KEY-COMPROMISED", "nobody can tell who signed it: the key is compromised")                \
	X(WIRE_NO_PROOF, 67, "NO-PROOF", "nothing proves that the owner has the secret key")                     \
	X(WIRE_NOT_DELEGATED, 68, "NOT-DELEGATED", "no delegation in force covers it")                                         \
	X(WIRE_CIRCULAR, 69, "CIRCULAR", "authority would come back to whoever gave it")                              \
	X(WIRE_LAST_ADMINISTRATOR, 70, "LAST-ADMINISTRATOR", "the administrators that are left could not decide any more")     \
	X(WIRE_RETIRED, 71, "RETIRED", "the device has been retired")                                                          \
	X(WIRE_TAMPERED, 72, "TAMPERED", "the housing is open")                                                                \
	X(WIRE_SENSOR, 73, "SENSOR", "the press sensor says that the stamp is down")                                           \
	X(WIRE_LOW_BATTERY, 74, "LOW-BATTERY", "the battery is too low to stamp; charge the seal")                             \
	X(WIRE_TIME_JUMP, 75, "TIME-JUMP", "more than 400 days ahead; two administrators must say so with seal-clock")         \
	X(WIRE_UNKNOWN_MEMORY, 76, "UNKNOWN-MEMORY", "the seal's memory was written by another version of its firmware; nothing was changed") \
	X(WIRE_FAULT, 77, "FAULT", "the seal's own checks contradict each other")                                              \
	X(WIRE_MALFORMED_IMAGE, 78, "MALFORMED-IMAGE", "the image is not whole, or does not follow the format")                \
	X(WIRE_FEW_SIGNATURES, 79, "FEW-SIGNATURES", "the image is not signed by two of the three update keys")                \
	X(WIRE_WRONG_BOARD, 80, "WRONG-BOARD", "the image is made for another board, or for another place in its memory")      \
	X(WIRE_STALE_IMAGE, 81, "STALE-IMAGE", "the image is older than one that this device has run")

enum wire_code {
#define X(identifier, number, name, sentence) identifier = number,
	WIRE_CODES(X)
#undef X
};

/* The frozen name, "OK" ...; NULL for a number that is not in the list. */
const char *wire_code_name(enum wire_code code);

/* What the code means, for people: lower case, no full stop. */
const char *wire_code_sentence(enum wire_code code);

/* False when no code has that name. */
bool wire_code_from_name(enum wire_code *code, struct span name);

#endif
