/* Requests of git-lfs: what is read lies within the message, and its objects can be listed again. */
#include "transfer/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_lie_in(struct span part, const uint8_t *data, size_t size)
{
	if (part.len && (part.data < data || part.data + part.len > data + size))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_request request;
	struct ch_pointer object;

	if (ch_request_read(&request, span_of(data, size)))
		return 0;
	must_lie_in(request.operand, data, size);
	must_lie_in(request.path, data, size);
	must_lie_in(request.id, data, size);
	must_lie_in(request.cursor, data, size);
	must_lie_in(request.objects, data, size);
	if (request.path.len > CH_REQUEST_PATH_MAX || (request.objects.len && request.kind != CH_ASK_BATCH && request.objects.len != PKT_HEAD))
		__builtin_trap();
	while (ch_request_object(&object, &request.objects))
		if (object.size > INT64_MAX)
			__builtin_trap();
	return 0;
}
