/* How a seal comes to its archive and to its approver tables. */
#ifndef SEAL_EQUIP_H
#define SEAL_EQUIP_H

#include "receipts.h"

enum { ENROL_HEAD = ED25519_POINT_SIZE + FINGERPRINT_SIZE + ED25519_POINT_SIZE };

/*
 * The payload of FRAME_ENROL: once, on trust, by whoever holds the device first; from then on only what that administrator
 * signed counts. `act` is scratch. The reasons of act_read, WIRE_NOT_ALLOWED for another act, WIRE_BAD_SIGNATURE,
 * WIRE_WRONG_DEVICE when made for another device's key, WIRE_ENROLLED.
 */
enum wire_code equip_enrol(struct memory *memory, struct act *act, struct span payload);

/*
 * One chunk of the text of the seal-table act that has been shown, into the slot of flash that is free; offset 0 starts anew, and all but the last are
 * whole words. Who has nothing that an administrator signed, and the seal does not have yet, cannot wear that flash; who has, so many times since power-on.
 * WIRE_OUT_OF_ORDER, WIRE_LIMIT, WIRE_TOO_LONG, WIRE_MALFORMED_FRAME, WIRE_FLASH.
 */
enum { EQUIP_UPLOADS = 16 };
enum wire_code equip_upload(struct memory *memory, struct span payload);

/*
 * A seal-table act: before its text, which may be uploaded then, and once more behind it, when it comes into force. WIRE_NOT_ENROLLED, who signed it (signer.h, WIRE_NO_AUTHORITY), whose seal it is
 * for, WIRE_WRONG_CONTENT, WIRE_MALFORMED_TABLE, WIRE_WRONG_VERSION when text and act differ, WIRE_STALE_TABLE when it is no
 * newer, WIRE_EXPIRED.
 */
enum wire_code equip_table(struct memory *memory, const struct clock *clock, const struct act *act);

/*
 * A seal-suspend, seal-resume or seal-retire act by an administrator of the table: WIRE_WRONG_VERSION for a suspension or its end that is older than
 * one shown before.
 */
enum wire_code equip_order(struct memory *memory, const struct act *act);

#endif
