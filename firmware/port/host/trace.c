#include "trace.h"

#include <stdio.h>
#include <time.h>

static FILE *file;

bool
trace_to(const char *path)
{
	file = fopen(path, "we");
	if (file != NULL)
		setvbuf(file, NULL, _IOLBF, 0);
	return file != NULL;
}

void
trace(const char *event, unsigned number)
{
	struct timespec t;

	if (file == NULL)
		return;
	clock_gettime(CLOCK_MONOTONIC, &t);
	fprintf(file, "%lld %s %u\n", (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000, event, number);
}
