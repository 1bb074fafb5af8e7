#if defined(__x86_64__)
#include <immintrin.h>

#define VARIANT avx512
#define VARIANT_NAME "avx512"
#define VECTOR_BYTES 64
#define VECTOR_REGISTERS 32
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma,bmi2"))), apply_to = function)
#include "bodies/precisions.inc"
#pragma clang attribute pop
#endif
