@_exported import enum ParzenKernels.Parallelism
