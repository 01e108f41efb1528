/*
 * Acts to be signed elsewhere: the options of the tools that decide.
 *
 *	--payload FILE   write what is to be signed instead of signing it ("-": standard output; a directory: a file of its own for each)
 *	--key KEY        the fingerprint of the key that will sign, when the person has several
 *
 * Tools that know a --key of another kind say --signing-key instead (PAYLOAD_BESIDE). --as names who will sign. What is judged, refused and said is the same as if he signed here.
 */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include "cli.h"
#include "records/records.h"

enum { PAYLOAD_FILE = 0x2000, PAYLOAD_KEY };

#define PAYLOAD_OPTIONS {"payload", required_argument, NULL, PAYLOAD_FILE}, {"key", required_argument, NULL, PAYLOAD_KEY}
#define PAYLOAD_BESIDE {"payload", required_argument, NULL, PAYLOAD_FILE}, {"signing-key", required_argument, NULL, PAYLOAD_KEY}

struct payload {
	const char *file; /* NULL: sign here */
	const char *key;
};

/* Takes an option that is one of these; false when it is another. */
bool payload_option(struct payload *payload, int option);

/* Opens the archive: as cli_open_to_act(), or when there is a payload to be written without any secret key. */
const struct ch_error *payload_open(struct cli *cli, const struct payload *payload);

/*
 * Judges the act, writes what is to be signed, and prints what it decides in words that can be compared with what was asked for, and how it is signed.
 * `record`: of the application, `applicant`: who applied.
 */
const struct ch_error *payload_write(struct cli *cli, const struct payload *payload, struct ch_draft *draft, const struct ch_application_record *record,
				     struct span applicant);

/*
 * The same for acts of administrators: what they bring is named with its SHA-256. `after`: another act, not registered yet, must come before it, and it is
 * not judged. Without --payload, and with -n, as cli_act().
 */
const struct ch_error *payload_act(struct cli *cli, const struct payload *payload, struct ch_draft *draft, bool after);

/* Bad usage, unless several have a directory to go to. */
void payload_check(const struct cli *cli, const struct payload *payload, size_t count);

#endif
