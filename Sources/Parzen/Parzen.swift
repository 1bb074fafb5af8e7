@_exported import ParzenAnalysis
@_exported import ParzenCore
@_exported import ParzenDistributions
@_exported import ParzenDynamics
@_exported import ParzenEstimators
@_exported import ParzenFiles
@_exported import ParzenTraining

// The number of threads, how far work is, and what the networks are, which weights and training
// configurations hold. The kernels and the networks themselves are no API.
@_exported import struct ParzenDifferentiation.ParameterLayout
@_exported import enum ParzenKernels.Parallelism
@_exported import struct ParzenKernels.WorkProgress
@_exported import struct ParzenNetworks.CrossAttentionConfiguration
@_exported import struct ParzenNetworks.MixtureTransformerConfiguration
@_exported import protocol ParzenNetworks.NetworkConfiguration
