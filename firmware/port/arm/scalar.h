/*
 * Arithmetic modulo the order of the base point, which libsodium has unrolled to 13 KiB: here in 500 bytes, in constant time, a bit at a time. It is the twenty-fifth part
 * of a verification. The linker puts these in the place of sc25519_reduce() and sc25519_muladd() (--wrap); tests/unit/scalar.c compares them with the originals.
 */
#ifndef ARM_SCALAR_H
#define ARM_SCALAR_H

/* The 64 bytes of s modulo the order, into its first 32. Lowest byte first, as everywhere in Ed25519. */
void __wrap_sc25519_reduce(unsigned char s[64]);

/* a * b + c */
void __wrap_sc25519_muladd(unsigned char s[32], const unsigned char a[32], const unsigned char b[32], const unsigned char c[32]);

#endif
