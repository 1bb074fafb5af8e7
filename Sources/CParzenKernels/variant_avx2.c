#if defined(__x86_64__)
#include <immintrin.h>

#define VARIANT avx2
#define VARIANT_NAME "avx2"
#define VECTOR_BYTES 32
#define VECTOR_REGISTERS 16
#pragma clang attribute push(__attribute__((target("avx2,fma,bmi2"))), apply_to = function)
#include "bodies/precisions.inc"
#pragma clang attribute pop
#endif
