/*
 * Checks for unit tests: a failing one is printed with its place and counted; the program ends with `return test_result();`.
 */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <stdio.h>

#include "wire/span.h"

static int test_failures;

#define CHECK(expr)                                                                                                            \
	do {                                                                                                                   \
		if (!(expr)) {                                                                                                 \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expr);                                             \
			test_failures++;                                                                                       \
		}                                                                                                              \
	} while (0)

#define CHECK_EQUAL(a, b) test_equal(__FILE__, __LINE__, #a " == " #b, (long long)(a), (long long)(b))
#define CHECK_EQUAL_SPAN(a, b) test_equal_span(__FILE__, __LINE__, #a " == " #b, (a), (b))

static inline void
test_equal(const char *file, int line, const char *expr, long long a, long long b)
{
	if (a == b)
		return;
	fprintf(stderr, "%s:%d: %s: %lld, %lld\n", file, line, expr, a, b);
	test_failures++;
}

static inline void
test_equal_span(const char *file, int line, const char *expr, struct span a, struct span b)
{
	if (span_equal(a, b))
		return;
	fprintf(stderr, "%s:%d: %s:\n<%.*s>\n<%.*s>\n", file, line, expr, (int)a.len, (const char *)a.data, (int)b.len,
		(const char *)b.data);
	test_failures++;
}

static inline int
test_result(void)
{
	return test_failures == 0 ? 0 : 1;
}

#endif
