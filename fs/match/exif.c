#include "exif.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libexif/exif-data.h>

#include "wire/text.h"

/* Those of the camera's text that cannot do anything on a terminal or in a report. */
static void
copy_plain(char *out, size_t size, const ExifEntry *entry)
{
	size_t len = strlen(out);

	for (unsigned i = 0; entry && i < entry->size && entry->data[i] && len + 1 < size; i++)
		if (entry->data[i] >= ' ' && entry->data[i] < 0x7f)
			out[len++] = (char)entry->data[i];
	while (len && out[len - 1] == ' ')
		len--;
	out[len] = '\0';
}

static void
read_time(char out[20], ExifData *data)
{
	const ExifEntry *entry = exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_DATE_TIME_ORIGINAL);
	static const char form[] = "dddd:dd:dd dd:dd:dd";

	if (entry == NULL || entry->size < sizeof(form) - 1)
		return;
	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'd' ? entry->data[i] < '0' || entry->data[i] > '9' : entry->data[i] != (unsigned char)form[i])
			return;
	memcpy(out, entry->data, sizeof(form) - 1);
	out[4] = out[7] = '-';
	out[sizeof(form) - 1] = '\0';
}

/* Degrees, minutes and seconds as fractions. */
static bool
read_degrees(double *out, const ExifEntry *entry, const ExifEntry *side, char negative, double most, ExifByteOrder order)
{
	static const double unit[] = {1, 60, 3600};

	if (entry == NULL || side == NULL || entry->format != EXIF_FORMAT_RATIONAL || entry->components != 3 || entry->size < 24 || side->size < 1)
		return false;
	*out = 0;
	for (unsigned i = 0; i < 3; i++) {
		ExifRational r = exif_get_rational(entry->data + 8 * i, order);
		if (r.denominator == 0 && r.numerator != 0)
			return false;
		*out += r.denominator ? (double)r.numerator / r.denominator / unit[i] : 0;
	}
	if (*out > most)
		return false;
	if (side->data[0] == (unsigned char)negative)
		*out = -*out;
	return true;
}

static void
read_position(char out[32], ExifData *data)
{
	ExifContent *gps = data->ifd[EXIF_IFD_GPS];
	ExifByteOrder order = exif_data_get_byte_order(data);
	double lat, lon;

	if (!read_degrees(&lat, exif_content_get_entry(gps, (ExifTag)EXIF_TAG_GPS_LATITUDE), exif_content_get_entry(gps, (ExifTag)EXIF_TAG_GPS_LATITUDE_REF),
			  'S', 90, order) ||
	    !read_degrees(&lon, exif_content_get_entry(gps, (ExifTag)EXIF_TAG_GPS_LONGITUDE),
			  exif_content_get_entry(gps, (ExifTag)EXIF_TAG_GPS_LONGITUDE_REF), 'W', 180, order))
		return;
	snprintf(out, 32, "%.6f,%.6f", lat, lon);
	if (!text_is_position(span_text(out)))
		out[0] = '\0';
}

void
ch_exif_read(struct ch_exif *exif, struct span jpeg)
{
	ExifData *data;

	*exif = (struct ch_exif){0};
	if (jpeg.len > UINT32_MAX || (data = exif_data_new_from_data(jpeg.data, (unsigned)jpeg.len)) == NULL)
		return;
	read_time(exif->time, data);
	read_position(exif->position, data);
	copy_plain(exif->camera, sizeof(exif->camera), exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_MAKE));
	if (*exif->camera && strlen(exif->camera) + 2 < sizeof(exif->camera))
		strcat(exif->camera, " ");
	copy_plain(exif->camera, sizeof(exif->camera), exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_MODEL));
	exif_data_unref(data);
}
