import Parzen

/// Every public type, as a client who imports `Parzen` alone spells it.
enum Surface {
  static let types: [Any.Type] = [
    Matrix.self, DensityEvaluation.self, StandardErrors.self, ParzenError.self, Xoshiro256.self,
    SampleMessage.self, SampleMessage.StringInterpolation.self, SampleLabels.self,
    Parallelism.self, WorkProgress.self,
    (any Score).self, (any Density).self, (any Distribution).self, (any DensityEstimator).self,
    (any DensityWithStandardErrors).self, (any MarginalizableDensity).self,

    Table.self, TableFile.self, TableOptions.self, TableOptions.Format.self, TableOptions.Header.self,
    SafetensorsFile.self, SafetensorsTensor.self, SafetensorsTensor.ElementType.self,

    GaussianMixture.self, (any GaussianMixtureDensity).self, AffineImage.self, MixtureDistribution.self,
    ProductDistribution.self, SmoothWarp.self, Coupling.self, UnivariateDistribution.self,
    UnivariateLaw.self, MultivariateStudentT.self, Ring.self, Banana.self,
    (any DistributionPrior).self, GaussianMixturePrior.self, GaussianMixturePrior.Sizes.self,
    RotatedGaussianMixturePrior.self, BroadPrior.self, StandardLawPrior.self, UniversalPrior.self,
    MultiScalePrior.self, EdgedLawPrior.self, CurvedLawPrior.self, IndependentColumns.self,

    (any NetworkConfiguration).self, MixtureTransformerConfiguration.self, CrossAttentionConfiguration.self,
    ParameterLayout.self, ParameterLayout.Entry.self,

    MixtureTransformer.self, EstimationPolicy.self, EstimateRecord.self, EstimateRecord.Part.self,
    EstimateRecord.Candidate.self, EstimateRecord.Mass.self,
    SampleSource.self, RowSelection.self, FinishedPasses.self, (any SampleRanks).self,
    TransformedMixture.self,
    ColumnTransformation.self, NormalScores.self, ColumnDomain.self, ColumnResolution.self, ValueHeaping.self,
    Twist.self,
    Whitening.self, Whitening.Form.self, MixtureTransformerWeights.self, CrossAttentionWeights.self,
    NetworkWeights<MixtureTransformerConfiguration>.self, TrainingRecord.self, TrainingStage.self,
    CrossAttentionTransformer.self, CrossAttentionTransformer.Adaptation.self,
    CrossAttentionTransformer.ConsistencyGradient.self, AttentionKernelDensity.self, SampleWeighting.self,
    SampleWeights.self, KernelDensity.self, Bandwidth.self,
    KernelCovariance.self, ScoreDebiasedKernelDensity.self, MaximumLikelihoodMixture.self,
    MaximumLikelihoodMixture.Options.self, MaximumLikelihoodMixture.Candidate.self, MixtureCovariance.self,
    ScoreMatching.self, ScoreMatchingOptions.self, ScoreMatchingOptions.Objective.self,

    DensityFit.self, WeightedDensityFit.self, RowCorrelation.self, AnalysisOptions.self, CrossFitting.self,
    InformationEstimate.self,
    NearestNeighbourEntropy.self, MutualInformation.self, TwoSampleTest.self, HighestDensityRegion.self,
    HighestDensityRegion.Interval.self, CredibleTable.self, CredibleTable.Column.self, BoxProbability.self,
    SavedFit.self, SavedFit.Update.self, SavedFit.Content.self, SavedFit.Origin.self,
    SavedFit.Clustering.self,
    EstimatorRecipe.self, Estimator.self, Estimator.Option.self, Estimator.Fit.self, EstimatorOptions.self,
    PretrainedNetwork.self, Estimate.self, Estimate.Facts.self, Estimate.Facts.Candidate.self,
    RelativeInformation.self, SampleInformation.self, SteinDiscrepancy.self,
    GroupJackknife.self, Mode.self, ModeSearch.self, ModeClustering.self, OutlierRanking.self,

    LangevinSampler.self, LangevinSampler.Kind.self, MarkovChains.self,
    ParticleEvolution.self, ParticleIntegrator.self, (any ParticleEquation).self, ParticleEquilibrium.self,
    ParticleStart.self, ParticleMoments.self, ParticleRecord.self, ParticleCheckpoint.self, ScoreSource.self,
    FokkerPlanckEquation.self, LandauEquation.self, Potential.self, BobylevDensity.self,
    ExactStatistics.self,

    TrainingConfiguration.self, TrainingConfiguration.Prior.self, TrainingConfiguration.Loss.self,
    TrainingConfiguration.Optimizer.self, HeldOutLosses.self,
    TrainingConfiguration.PriorShare.self, TrainingBucket.self, TrainableNetwork.self, TrainingRun.self,
    TrainingRun.Begin.self, TrainingLog.self, TrainingLog.Line.self, Trainer.self, Trainer.StepReport.self,
    TrainingState.self, Checkpoint.self,
  ]
}

// Signatures that need the names.

func layout(of configuration: MixtureTransformerConfiguration) -> ParameterLayout { configuration.layout }

func run(_ configuration: CrossAttentionConfiguration) -> TrainingConfiguration {
  TrainingConfiguration(configuration)
}

func parameterCount(_ configuration: some NetworkConfiguration) -> Int { configuration.layout.count }
