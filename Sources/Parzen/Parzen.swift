@_exported import ParzenAnalysis
@_exported import ParzenCore
@_exported import ParzenDistributions
@_exported import ParzenEstimators
@_exported import ParzenParticles
@_exported import ParzenSampling
@_exported import ParzenTraining
