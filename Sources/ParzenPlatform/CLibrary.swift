// The C library under one name, whatever the platform calls it: the elementary functions and the system's
// calls. The library's modules import this and, where they read files or JSON, FoundationEssentials; all of
// Foundation would bring 50 MB of Unicode data along wherever the library is linked statically.
#if canImport(Darwin)
  @_exported import Darwin
#elseif canImport(Glibc)
  @_exported import Glibc
#elseif canImport(Musl)
  @_exported import Musl
#elseif canImport(Android)
  @_exported import Android
#endif
