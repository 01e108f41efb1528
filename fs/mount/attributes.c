#include "attributes.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "drive.h"
#include "drive/misnamed.h"
#include "errors.h"
#include "large/depot.h"
#include "shown.h"
#include "view.h"
#include "wire/crypto.h"

#define PREFIX "user.chancery."

bool
attribute_is_ours(const char *name)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

static int
put(char value[ATTRIBUTE_MAX], size_t *len, struct span text)
{
	*len = text.len < ATTRIBUTE_MAX ? text.len : ATTRIBUTE_MAX;
	if (*len)
		memcpy(value, text.data, *len);
	return 0;
}

/* What has not become a part of main, and why; a refusal says nothing of what was not refused. */
static int
put_unsaved(char value[ATTRIBUTE_MAX], size_t *len, const struct drive *drive, enum ch_unsaved fate)
{
	static const char *const words[] = {[CH_UNSAVED_JOURNALLED] = "journalled", [CH_UNSAVED_WAITING] = "waiting", [CH_UNSAVED_REFUSED] = "refused"};
	const struct ch_error *trouble = &drive->trouble;
	bool why = trouble->class && (trouble->class == CH_REFUSED) == (fate == CH_UNSAVED_REFUSED);
	char text[ATTRIBUTE_MAX];

	why = why && sharing_has_all(drive); /* of several spaces it speaks of one, perhaps of somebody else's */
	snprintf(text, sizeof(text), "%s%s%s", words[fate], why ? ": " : "", why ? trouble->message : "");
	return put(value, len, span_text(text));
}

static bool
is_doubtful(const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_key *key = ch_state_key(state, ch_entry_act(state, entry)->key);

	return key && key->ended == CH_COMPROMISED && entry->seq >= key->doubtful;
}

static int
put_version(char value[ATTRIBUTE_MAX], size_t *len, const struct ch_state *state, const struct ch_version *version, const char *what)
{
	char text[2 * SHA256_SIZE + TIME_TEXT + 1];

	if (strcmp(what, "state") == 0)
		return put(value, len, version && is_doubtful(state, version->entry) ? SPAN_LITERAL("doubtful") : SPAN_LITERAL("registered"));
	if (version == NULL)
		return ENODATA;
	if (strcmp(what, "signer") == 0)
		return put(value, len, ch_entry_act(state, version->entry)->statement.value[KEY_ACTOR]);
	if (strcmp(what, "for") == 0)
		return put(value, len, ch_entry_act(state, version->entry)->statement.value[KEY_FOR]);
	if (strcmp(what, "act") == 0)
		text_put_hex(text, version->entry->id, SHA256_SIZE);
	else
		text_put_time(text, version->entry->received);
	return put(value, len, span_text(text));
}

/* Content of large files is named by it; else it is read. */
static int
find_large(struct ch_pointer *pointer, bool *is, struct drive *drive, struct inode *inode)
{
	*is = false;
	return inode->view->large ? inode->view->large(pointer, is, drive, inode) : 0;
}

/* Large content that is not on this machine: reading it is an error, for which this is the reason. */
static int
put_missing(char value[ATTRIBUTE_MAX], size_t *len, struct drive *drive, struct inode *inode)
{
	const struct ch_error *error;
	struct ch_pointer pointer;
	char text[ATTRIBUTE_MAX];
	int file, result;
	bool large;

	if ((result = find_large(&pointer, &large, drive, inode)) || !large)
		return result ? result : ENODATA;
	if ((error = ch_depot_open(&file, drive->archive, &pointer)) == NULL) {
		close(file);
		return ENODATA;
	}
	snprintf(text, sizeof(text), "missing: %s", error->message);
	return put(value, len, span_text(text));
}

static int
put_digest(char value[ATTRIBUTE_MAX], size_t *len, struct drive *drive, struct inode *inode)
{
	uint8_t digest[SHA256_SIZE];
	char hex[2 * SHA256_SIZE + 1];
	struct ch_pointer pointer;
	struct wire_sha256 hash;
	struct span bytes;
	uint64_t offset = 0;
	bool large;
	int error;

	if ((error = find_large(&pointer, &large, drive, inode)))
		return error;
	if (large) {
		text_put_hex(hex, pointer.digest, sizeof(pointer.digest));
		return put(value, len, span_text(hex));
	}
	wire_sha256_init(&hash);
	do {
		if ((error = inode->view->read(&bytes, drive, inode, 0, offset, CH_OPERATION_DATA_MAX)))
			return error;
		wire_sha256_update(&hash, bytes);
		offset += bytes.len;
	} while (bytes.len);
	wire_sha256_final(&hash, digest);
	text_put_hex(hex, digest, sizeof(digest));
	return put(value, len, span_text(hex));
}

/* Of a directory: the names that it was not given, and why not, latest first. */
static int
put_misnamed(char value[ATTRIBUTE_MAX], size_t *len, struct drive *drive, struct inode *directory)
{
	struct ch_misnamed list[CH_MISNAMED_MAX];
	struct ch_arena arena = {0};
	size_t count = ch_misnamed(list, drive->archive, &arena);
	char path[SHOWN_PATH_MAX], *text = value;

	if (!shown_path(path, drive, directory))
		count = 0;
	for (size_t i = 0; i < count; i++)
		if (span_is(list[i].directory, path) && list[i].reason.len + 1 < (size_t)(value + ATTRIBUTE_MAX - text))
			text += sprintf(text, "%s%.*s", text == value ? "" : "\n", (int)list[i].reason.len, (const char *)list[i].reason.data);
	*len = (size_t)(text - value);
	ch_arena_clear(&arena);
	return *len ? 0 : ENODATA;
}

static int
put_page(char value[ATTRIBUTE_MAX], size_t *len, const struct drive *drive)
{
	char hex[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(hex, drive->told.id, sizeof(drive->told.id));
	return put(value, len, span_text(hex));
}

static bool
is_unsaved(enum ch_unsaved *fate, const struct drive *drive, const struct inode *inode)
{
	return inode->overlaid && ch_overlay_is_changed(fate, &drive->overlay, inode->node);
}

static bool
has_some(char path[SHOWN_PATH_MAX], struct drive *drive, struct inode *inode)
{
	return !inode->directory && inode->view->read && inode->view != &removed_view && shown_path(path, drive, inode);
}

int
attribute_get(char value[ATTRIBUTE_MAX], size_t *len, struct drive *drive, struct inode *inode, const char *name)
{
	const char *what = name + strlen(PREFIX);
	const struct ch_version *version;
	enum ch_unsaved fate;
	char path[SHOWN_PATH_MAX];
	const struct ch_error *error;
	const struct ch_state *state;
	static const char *const names[] = {"state", "act", "signer", "for", "time", "sha256"};
	bool known = false;
	int result;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		known |= strcmp(what, names[i]) == 0;
	if (inode->view == &files_view && inode->directory && strcmp(what, "refused") == 0)
		return put_misnamed(value, len, drive, inode);
	if (inode->view == &root_view && strcmp(what, "page") == 0)
		return put_page(value, len, drive);
	if (!known || !has_some(path, drive, inode))
		return ENODATA;
	if (strcmp(what, "sha256") == 0)
		return put_digest(value, len, drive, inode);
	if (is_unsaved(&fate, drive, inode))
		return strcmp(what, "state") == 0 ? put_unsaved(value, len, drive, fate) : ENODATA;
	if (strcmp(what, "state") == 0 && put_missing(value, len, drive, inode) == 0)
		return 0;
	if ((error = drive_state(&state, drive)) || (error = shown_version(&version, drive, state, inode)))
		return errno_of(error);
	result = put_version(value, len, state, version, what);
	return (error = ch_state_trouble(state)) ? errno_of(error) : result;
}

size_t
attribute_list(char names[ATTRIBUTE_MAX], struct drive *drive, struct inode *inode)
{
	static const char all[] = PREFIX "state\0" PREFIX "act\0" PREFIX "signer\0" PREFIX "for\0" PREFIX "time\0" PREFIX "sha256";
	static const char of_directory[] = PREFIX "refused";
	static const char of_root[] = PREFIX "page";
	static const char unsaved[] = PREFIX "state\0" PREFIX "sha256";
	char path[SHOWN_PATH_MAX];
	bool changed = is_unsaved(NULL, drive, inode);
	size_t len = changed ? sizeof(unsaved) : sizeof(all);

	if (inode->view == &files_view && inode->directory) {
		memcpy(names, of_directory, sizeof(of_directory));
		return put_misnamed(path, &len, drive, inode) == 0 ? sizeof(of_directory) : 0;
	}
	if (inode->view == &root_view) {
		memcpy(names, of_root, sizeof(of_root));
		return sizeof(of_root);
	}
	if (!has_some(path, drive, inode))
		return 0;
	memcpy(names, changed ? unsaved : all, len);
	return len;
}
