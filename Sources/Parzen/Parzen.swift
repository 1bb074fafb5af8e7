@_exported import ParzenAnalysis
@_exported import ParzenCore
@_exported import ParzenDistributions
@_exported import ParzenEstimators
@_exported import ParzenFiles
@_exported import ParzenParticles
@_exported import ParzenSampling
@_exported import ParzenTraining

// What the networks are, which weights and training configurations hold; the networks themselves are no API.
@_exported import struct ParzenNetworks.CrossAttentionConfiguration
@_exported import struct ParzenNetworks.MixtureTransformerConfiguration
@_exported import protocol ParzenNetworks.NetworkConfiguration
@_exported import struct ParzenNetworks.ParameterLayout
