#include "include/CParzenKernels.h"

#define DECLARE(variant)                                                                                     \
  extern const ParzenKernelTable parzen_table_##variant##_f32, parzen_table_##variant##_f64
#define TABLE(variant)                                                                                       \
  (precision == PARZEN_FLOAT32 ? &parzen_table_##variant##_f32 : &parzen_table_##variant##_f64)

DECLARE(portable);
#if defined(__aarch64__)
DECLARE(neon);
#endif
#if defined(__x86_64__)
DECLARE(avx2);
DECLARE(avx512);
// All that variant_avx2.c, and with it variant_avx512.c, is compiled for.
#define HAS_AVX2                                                                                             \
  (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2"))
#endif

const ParzenKernelTable *parzen_kernels(ParzenInstructionSet set, ParzenPrecision precision) {
  switch (set) {
    case PARZEN_PORTABLE:
      return TABLE(portable);
    case PARZEN_NEON:
#if defined(__aarch64__)
      return TABLE(neon);
#else
      return NULL;
#endif
    case PARZEN_AVX2:
#if defined(__x86_64__)
      if (HAS_AVX2) return TABLE(avx2);
#endif
      return NULL;
    case PARZEN_AVX512:
#if defined(__x86_64__)
      if (HAS_AVX2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
          __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return TABLE(avx512);
#endif
      return NULL;
  }
  return NULL;
}
