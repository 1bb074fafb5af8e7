// The checks as a program, for instruction sets that only an emulator has: prints a line for each set and
// precision, and fails if an entry differs. Usage: kernel-checks
#include <stdio.h>

#include "include/KernelChecks.h"

int main(void) {
  static const char *names[] = {"portable", "neon", "avx2", "avx512"};
  int failed = kernel_check_count() + kernel_scratch_function_count() != kernel_table_entry_count();
  if (failed) printf("the checks are not those of the table's %d entries\n", kernel_table_entry_count());
  for (int set = PARZEN_PORTABLE; set <= PARZEN_AVX512; set++)
    for (int precision = PARZEN_FLOAT32; precision <= PARZEN_FLOAT64; precision++) {
      if (!parzen_kernels(set, precision)) continue;
      int bad = 0;
      for (int check = 0; check < kernel_check_count(); check++)
        for (int shape = 0; shape < KERNEL_CHECK_SHAPES; shape++) {
          double difference = kernel_check(check, set, precision, shape);
          if (difference < (precision == PARZEN_FLOAT32 ? 1e-4 : 1e-11)) continue;
          printf("%s, %s, shape %d: %g\n", names[set], kernel_check_name(check), shape, difference);
          bad++;
        }
      printf("%s, Float%d: %d entries, %d differences\n", names[set], precision == PARZEN_FLOAT32 ? 32 : 64,
             kernel_check_count(), bad);
      failed |= bad > 0;
    }
  return failed;
}
