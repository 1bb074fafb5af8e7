// On 64-bit Arm, NEON is part of the baseline; it differs from the portable code by wider register blocks.
#if defined(__aarch64__)
#define VARIANT neon
#define VARIANT_NAME "neon"
#define VECTOR_BYTES 16
#define VECTOR_REGISTERS 32
#include "bodies/precisions.inc"
#endif
