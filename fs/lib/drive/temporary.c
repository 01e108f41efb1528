#include "temporary.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>

#include "base/file.h"

enum { PATTERN_MAX = 255, FILE_MAX = 64 * 1024 };

static const char built_in[] =
	"*~\n.*.sw?\n.*.un~\n"							      /* vim, and whoever keeps what was before */
	"[#]*#\n.#*\n"								      /* emacs */
	".~lock.*#\nlu????*.tmp\n"						      /* LibreOffice */
	"~$*\n~wr[dlacf]*\n*.tmp\n*.temp\n"					      /* Microsoft Office, and many others */
	".DS_Store\n._*\n.AppleDouble\n.Spotlight-V100\n.Trashes\n.fseventsd\n.TemporaryItems\n"
	"Thumbs.db\nehthumbs.db\ndesktop.ini\n$RECYCLE.BIN\n"			      /* Windows */
	".goutputstream-*\n.Trash-*\n.directory\n.nfs*\n.fuse_hidden*\n"		      /* Linux */
	"*.part\n*.crdownload\n*.filepart\n"					      /* browsers and file transfer */
	"*.db-journal\n*.db-wal\n*.db-shm\n*.sqlite*-journal\n*.sqlite*-wal\n*.sqlite*-shm\n"
	".git\n"			   /* a repository somebody works with: git itself could not hold it */
	".git*.??????\n"; /* rsync, while it fetches what begins with "git" */

const struct ch_error *
ch_temporary_read(struct ch_temporary *temporary, struct span text)
{
	for (size_t line = 1; text.len; line++) {
		struct span pattern = span_cut(&text, '\n');

		if (pattern.len && pattern.data[pattern.len - 1] == '\r')
			pattern.len--;
		if (pattern.len == 0 || pattern.data[0] == '#')
			continue;
		if (pattern.len > PATTERN_MAX)
			return ch_fail(CH_REFUSED, "pattern in line %zu is longer than %d bytes", line, PATTERN_MAX);
		for (size_t i = 0; i < pattern.len; i++)
			if (pattern.data[i] < ' ' || pattern.data[i] == '/')
				return ch_fail(CH_REFUSED, "pattern in line %zu has a '/' or a control character; it is for a name", line);
		temporary->patterns = ch_arena_grow(&temporary->arena, temporary->patterns, temporary->count, sizeof(*temporary->patterns));
		temporary->patterns[temporary->count++] = ch_arena_text(&temporary->arena, pattern);
	}
	return NULL;
}

const struct ch_error *
ch_temporary_load(struct ch_temporary *temporary, const char *archive)
{
	const struct ch_error *error;
	struct span text;
	char path[4096];

	*temporary = (struct ch_temporary){0};
	if ((size_t)snprintf(path, sizeof(path), "%s/chancery/temporary", archive) >= sizeof(path))
		return ch_fail(CH_USAGE, "open '%s': path too long", archive);
	if ((error = ch_file_read(&text, path, FILE_MAX, &temporary->arena)))
		return error->errnum == ENOENT ? ch_temporary_read(temporary, SPAN_LITERAL(built_in)) : error;
	error = ch_temporary_read(temporary, text);
	return error ? ch_fail(error->class, "'%s': %s", path, error->message) : NULL;
}

void
ch_temporary_release(struct ch_temporary *temporary)
{
	ch_arena_clear(&temporary->arena);
	*temporary = (struct ch_temporary){0};
}

bool
ch_temporary_matches(const struct ch_temporary *temporary, struct span name)
{
	char text[256];

	if (temporary == NULL || name.len >= sizeof(text))
		return false;
	memcpy(text, name.data, name.len);
	text[name.len] = '\0';
	for (size_t i = 0; i < temporary->count; i++)
		if (fnmatch(temporary->patterns[i], text, FNM_CASEFOLD | FNM_NOESCAPE) == 0)
			return true;
	return false;
}
