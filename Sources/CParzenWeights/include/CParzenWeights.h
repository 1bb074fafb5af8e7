#pragma once
#include <stddef.h>

/// Weights that ship with the package: the content of a safetensors file.
typedef struct {
  /// The name of the file without its ending.
  const char *_Nonnull name;
  /// The content; it lives as long as the program.
  const unsigned char *_Nonnull bytes;
  size_t count;
} ParzenWeights;

/// The weights at an index.
///
/// Returns NULL past the last.
const ParzenWeights *_Nullable parzen_shipped_weights(size_t index);
