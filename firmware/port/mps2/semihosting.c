#include "semihosting.h"

#include <string.h>

enum { SYS_OPEN = 0x01, SYS_CLOSE = 0x02, SYS_READ = 0x06, SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };
enum { MODE_READ_BINARY = 1 };

#define STOPPED_BY_APPLICATION 0x20026u

static int32_t
call(uint32_t operation, const void *parameters)
{
	register uint32_t r0 __asm__("r0") = operation;
	register const void *r1 __asm__("r1") = parameters;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return (int32_t)r0;
}

bool
semihosting_words(char *out, size_t size)
{
	struct {
		char *out;
		size_t size;
	} parameters = {out, size};
	char *blank;

	if (call(SYS_GET_CMDLINE, &parameters) != 0)
		return false;
	blank = strchr(out, ' ');
	memmove(out, blank == NULL ? out + strlen(out) : blank + 1, blank == NULL ? 1 : strlen(blank));
	return true;
}

bool
semihosting_random(uint8_t *out, size_t len)
{
	static const char name[] = "/dev/urandom";
	const struct {
		const char *name;
		uint32_t mode, len;
	} open = {name, MODE_READ_BINARY, sizeof(name) - 1};
	int32_t file = call(SYS_OPEN, &open);
	const struct {
		int32_t file;
		uint8_t *out;
		size_t len;
	} read = {file, out, len};
	int32_t missing;

	if (file < 0)
		return false;
	missing = call(SYS_READ, &read);
	call(SYS_CLOSE, &file);
	return missing == 0;
}

_Noreturn void
semihosting_exit(uint32_t status)
{
	const uint32_t parameters[] = {STOPPED_BY_APPLICATION, status};

	for (;;)
		call(SYS_EXIT_EXTENDED, parameters);
}
