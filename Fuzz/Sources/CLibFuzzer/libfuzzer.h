#include <stddef.h>
#include <stdint.h>

/// libFuzzer's entry point, from the compiler's runtime library: runs a test until it crashes or the options
/// of the command line say that it is enough. See
/// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*test)(const uint8_t *bytes, size_t count));
