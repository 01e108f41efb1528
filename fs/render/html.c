#include "html.h"

void
ch_html_text(FILE *out, struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		switch (text.data[i]) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		case '\'':
			fputs("&#39;", out);
			break;
		default:
			fputc(text.data[i] < ' ' || text.data[i] == 0x7f ? ' ' : text.data[i], out);
		}
}

void
ch_html_base64(FILE *out, struct span bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
		uint32_t three = (uint32_t)bytes.data[i] << 16 | (n > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0) | (n > 2 ? bytes.data[i + 2] : 0);
		fputc(digits[three >> 18], out);
		fputc(digits[three >> 12 & 63], out);
		fputc(n > 1 ? digits[three >> 6 & 63] : '=', out);
		fputc(n > 2 ? digits[three & 63] : '=', out);
	}
}
