/* memory-map FILE OFFSET TEXT: writes through a shared mapping. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	int file = argc == 4 ? open(argv[1], O_RDWR) : -1;
	struct stat st;
	char *map;

	if (file < 0 || fstat(file, &st) != 0)
		return 1;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		return 1;
	memcpy(map + strtoul(argv[2], NULL, 10), argv[3], strlen(argv[3]));
	if (msync(map, (size_t)st.st_size, MS_SYNC) != 0 || munmap(map, (size_t)st.st_size) != 0)
		return 1;
	return close(file);
}
