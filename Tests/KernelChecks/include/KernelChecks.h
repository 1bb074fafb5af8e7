#pragma once
#include "CParzenKernels.h"

// Every entry of the kernels' table on an instruction set against the portable code, on the same random
// operands in buffers that end with guards: what is written beyond them is noticed, and what is read there is
// not a number.

/// The number of entries that are checked; with the scratch functions they are all of the table's.
int kernel_check_count(void);
int kernel_scratch_function_count(void);
/// Function pointers in the table.
int kernel_table_entry_count(void);

const char *kernel_check_name(int check);

/// Shapes that every entry is checked with.
enum { KERNEL_CHECK_SHAPES = 3 };

/// The largest difference to the portable result, relative to the largest magnitude of the same array;
/// infinite where a guard was touched or a result is not a number.
double kernel_check(int check, ParzenInstructionSet set, ParzenPrecision precision, int shape);
