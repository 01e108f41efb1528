#include "csv.h"

#include <stdbool.h>

static bool
is_number(struct span text)
{
	size_t i = text.len && text.data[0] == '-', digits = 0, dots = 0;

	for (; i < text.len; i++) {
		digits += text.data[i] >= '0' && text.data[i] <= '9';
		dots += text.data[i] == '.' && digits > 0 && i + 1 < text.len;
	}
	return digits > 0 && dots <= 1 && digits + dots + (text.data[0] == '-') == text.len;
}

static void
put_field(FILE *out, struct span text)
{
	static const char begins[] = "=+-@\t\r|%";

	if (is_number(text)) {
		fwrite(text.data, 1, text.len, out);
		return;
	}
	fputc('"', out);
	if (text.len && memchr(begins, text.data[0], sizeof(begins) - 1))
		fputc('\'', out);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"')
			fputc('"', out);
		fputc(text.data[i] < ' ' ? ' ' : text.data[i], out);
	}
	fputc('"', out);
}

void
ch_csv_row(FILE *out, const struct span *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			fputc(',', out);
		put_field(out, fields[i]);
	}
	fputs("\r\n", out);
}
