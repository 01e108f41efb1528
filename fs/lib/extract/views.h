/*
 * The views that were made of an archive (view.h): whoever registers something brings them up to date behind it. Their directories are kept in
 *
 *	ARCHIVE/chancery/views		absolute paths, one a line; lines that are none are passed over
 */
#ifndef CH_VIEWS_H
#define CH_VIEWS_H

#include "register/state.h"

/* Notes a view, once. CH_IO, with EACCES or EROFS when this user cannot change the archive: then somebody has to call chancery-view again and again. */
const struct ch_error *ch_views_add(struct ch_store *store, const char *directory);

/* Told of a view that could not be brought up to date, and why. */
typedef void ch_views_trouble(void *context, const char *directory, const struct ch_error *error);

/* Each of them, to the state, which is that of main. One that is not there any more is passed over, and one that somebody else has brought further is done. */
void ch_views_update(struct ch_state *state, struct ch_store *store, ch_views_trouble *trouble, void *context);

#endif
