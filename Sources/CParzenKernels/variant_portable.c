#define VARIANT portable
#define VARIANT_NAME "portable"
#define VECTOR_BYTES 16
#include "bodies/precisions.inc"
