#include "traffic.h"

#include <inttypes.h>
#include <stdio.h>

enum { DEPTH_MAX = 8 };

/* Of one process and the children that it has waited for. */
static uint64_t
count(pid_t process)
{
	uint64_t read = 0, written = 0;
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)process);
	if ((file = fopen(path, "re")) == NULL)
		return 0;
	if (fscanf(file, "rchar: %" SCNu64 " wchar: %" SCNu64, &read, &written) != 2)
		read = written = 0;
	fclose(file);
	return read + written;
}

static uint64_t
sum(pid_t process, unsigned depth)
{
	uint64_t all = count(process);
	char path[64];
	FILE *file;
	int child;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)process, (int)process);
	if (depth == DEPTH_MAX || (file = fopen(path, "re")) == NULL)
		return all;
	while (fscanf(file, "%d", &child) == 1)
		all += sum(child, depth + 1);
	fclose(file);
	return all;
}

uint64_t
ch_traffic(pid_t process)
{
	return sum(process, 0);
}
