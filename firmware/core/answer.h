/* The frames a seal answers with, and the questions it answers in any state: they change nothing but for filing a photo. */
#ifndef SEAL_ANSWER_H
#define SEAL_ANSWER_H

#include "seal.h"

size_t answer_result(uint8_t out[FRAME_MAX], enum wire_code code, struct span detail);
size_t answer_code(uint8_t out[FRAME_MAX], enum wire_code code);
size_t answer_identity(const struct seal *seal, uint8_t out[FRAME_MAX]);

/* HELLO, CERTIFICATE, STATUS, IMAGE, RECEIPT, PHOTO, EVIDENCE of their exact lengths. */
bool answer_is_to(const struct frame *request);
size_t answer_question(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX]);

#endif
