/* list-while DIRECTORY COMMAND: lists a directory as the system hands it out, and runs the command when the first hundred names have been seen. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST = 100 };

int
main(int argc, char **argv)
{
	DIR *directory = argc == 3 ? opendir(argv[1]) : NULL;
	const struct dirent *entry;

	if (directory == NULL)
		return 2;
	for (int i = 0; (entry = readdir(directory)); i++) {
		puts(entry->d_name);
		if (i == FIRST && system(argv[2]) != 0)
			return 1;
	}
	closedir(directory);
	return 0;
}
