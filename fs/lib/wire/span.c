/* Where the compiler does not put them into their callers, as in a seal, they are here, once. */
#include "span.h"

extern inline struct span span_of(const void *data, size_t len);
extern inline struct span span_text(const char *s);
extern inline bool span_equal(struct span a, struct span b);
extern inline int span_compare(struct span a, struct span b);
extern inline bool span_is(struct span a, const char *s);
extern inline bool span_starts(struct span a, struct span prefix);
extern inline bool span_ends(struct span a, struct span suffix);
extern inline struct span span_skip(struct span a, size_t n);
extern inline struct span span_cut(struct span *rest, char mark);
extern inline uint16_t get16(const uint8_t p[2]);
extern inline uint32_t get32(const uint8_t p[4]);
extern inline uint64_t get64(const uint8_t p[8]);
extern inline void put16(uint8_t p[2], uint16_t v);
extern inline void put32(uint8_t p[4], uint32_t v);
extern inline void put64(uint8_t p[8], uint64_t v);
