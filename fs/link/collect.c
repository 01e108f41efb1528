#include "collect.h"

const struct ch_error *
ch_collect(const struct ch_collector *c, uint64_t counter, uint64_t last)
{
	struct ch_device_receipt r;
	const struct ch_error *error;

	while (counter < last) {
		if ((error = ch_session_receipt(&r, c->link, ++counter, c->arena)) ||
		    (error = ch_spool_put_receipt(c->spool, counter, r.text, r.packet)))
			return error;
		if (r.receipt.kind == RECEIPT_PRESS && c->press && (error = c->press(c->context, &r.receipt)))
			return error;
	}
	return NULL;
}

static const struct ch_error *
tell(const struct ch_collector *c, uint64_t press, struct span jpeg)
{
	struct ch_device_receipt r;
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, jpeg);
	if ((error = ch_session_photo(&r, c->link, press, digest, c->arena)))
		return error;
	return ch_spool_put_receipt(c->spool, r.receipt.counter, r.text, r.packet);
}

const struct ch_error *
ch_collect_photo(const struct ch_collector *c, uint64_t press, struct span jpeg)
{
	const struct ch_error *error = ch_spool_put_photo(c->spool, press, jpeg);

	return error ? error : tell(c, press, jpeg);
}

static const struct ch_error *
tell_of_photos(const struct ch_collector *c, uint64_t counter, uint64_t last)
{
	const struct ch_error *error;
	struct span jpeg;

	while (counter < last) {
		if ((error = ch_spool_photo(&jpeg, c->spool, ++counter, c->arena)))
			return error;
		if (jpeg.len && (error = tell(c, counter, jpeg)) && error->code != WIRE_DUPLICATE)
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_collect_rest(const struct ch_collector *c, uint64_t counter)
{
	const struct ch_error *error;
	struct frame_identity seal;

	if ((error = ch_session_close(c->link)) || (error = ch_session_hello(&seal, c->link)) ||
	    (error = tell_of_photos(c, counter, seal.counter)) || (error = ch_session_hello(&seal, c->link)))
		return error;
	return ch_collect(c, counter, seal.counter);
}
