/// The optimizers, losses and metrics of Keras 3, with the fields that it takes.
enum TrainingVocabulary {
  static let optimizerFields = [
    "name", "learning_rate", "weight_decay", "clipnorm", "global_clipnorm", "clipvalue", "use_ema",
    "ema_momentum", "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps",
  ]

  /// By their names in small letters.
  static let optimizers: [String: (className: String, fields: [String])] = [
    "sgd": ("SGD", ["momentum", "nesterov"]),
    "rmsprop": ("RMSprop", ["rho", "momentum", "epsilon", "centered"]),
    "adam": ("Adam", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
    "adamw": ("AdamW", ["beta_1", "beta_2", "epsilon", "amsgrad"]),
    "adadelta": ("Adadelta", ["rho", "epsilon"]),
    "adagrad": ("Adagrad", ["initial_accumulator_value", "epsilon"]),
    "adamax": ("Adamax", ["beta_1", "beta_2", "epsilon"]),
    "nadam": ("Nadam", ["beta_1", "beta_2", "epsilon"]),
    "adafactor": (
      "Adafactor", ["beta_2_decay", "epsilon_1", "epsilon_2", "clip_threshold", "relative_step"]
    ),
    "ftrl": (
      "Ftrl",
      [
        "learning_rate_power", "initial_accumulator_value", "l1_regularization_strength",
        "l2_regularization_strength", "l2_shrinkage_regularization_strength", "beta",
      ]
    ),
    "lamb": ("Lamb", ["beta_1", "beta_2", "epsilon"]), "lion": ("Lion", ["beta_1", "beta_2"]),
    "muon": (
      "Muon",
      [
        "adam_beta_1", "adam_beta_2", "epsilon", "exclude_layers", "muon_a", "muon_b", "muon_c",
        "adam_lr_ratio", "momentum", "ns_steps", "nesterov", "exclude_embeddings", "adam_weight_decay",
        "rms_rate",
      ]
    ),
    "lossscaleoptimizer": ("LossScaleOptimizer", []),
    "lossscaleoptimizerv3": ("LossScaleOptimizer", []),
  ]

  static let schedules: Set<String> = [
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay",
    "PolynomialDecay",
  ]

  static let losses: [String: [String]] = [
    "BinaryCrossentropy": ["from_logits", "label_smoothing", "axis"],
    "BinaryFocalCrossentropy": [
      "apply_class_balancing", "alpha", "gamma", "from_logits", "label_smoothing", "axis",
    ],
    "CategoricalCrossentropy": ["from_logits", "label_smoothing", "axis"],
    "CategoricalFocalCrossentropy": ["alpha", "gamma", "from_logits", "label_smoothing", "axis"],
    "CategoricalHinge": [], "Circle": ["gamma", "margin", "remove_diagonal"], "CosineSimilarity": ["axis"],
    "Dice": ["axis"], "Hinge": [], "Huber": ["delta"], "KLDivergence": [],
    "LogCosh": [], "MeanAbsoluteError": [], "MeanAbsolutePercentageError": [], "MeanSquaredError": [],
    "MeanSquaredLogarithmicError": [], "Poisson": [],
    "SparseCategoricalCrossentropy": ["from_logits", "ignore_class", "axis"], "SquaredHinge": [],
    "Tversky": ["alpha", "beta", "axis"], "CTC": [],
  ]

  /// Functions that are losses and metrics, by the names that they had: `old=new`, or the same now. Keras 3
  /// cannot load an `.h5` with short names.
  private static let functions =
    """
    mse=mean_squared_error MSE=mean_squared_error mae=mean_absolute_error MAE=mean_absolute_error
    mape=mean_absolute_percentage_error MAPE=mean_absolute_percentage_error
    msle=mean_squared_logarithmic_error MSLE=mean_squared_logarithmic_error bce=binary_crossentropy
    BCE=binary_crossentropy mean_squared_error mean_absolute_error mean_absolute_percentage_error
    mean_squared_logarithmic_error hinge squared_hinge categorical_hinge
    categorical_crossentropy sparse_categorical_crossentropy binary_crossentropy kl_divergence poisson
    cosine_similarity kld=kl_divergence KLD=kl_divergence kullback_leibler_divergence=kl_divergence
    """

  static let lossNames = named(
    """
    \(functions)
    binary_focal_crossentropy categorical_focal_crossentropy huber log_cosh ctc dice tversky circle
    logcosh=log_cosh huber_loss=huber
    """)

  static let metricNames = named(
    """
    \(functions)
    accuracy acc=accuracy binary_accuracy categorical_accuracy
    sparse_categorical_accuracy top_k_categorical_accuracy sparse_top_k_categorical_accuracy
    logcosh=log_cosh_error log_cosh=log_cosh_error cosine_proximity=cosine_similarity
    cosine=cosine_similarity AUC=auc Precision=precision Recall=recall auc precision recall
    """)

  /// The class of each function that tf.keras wraps into a metric.
  static let metricClasses = [
    "binary_accuracy": "BinaryAccuracy", "categorical_accuracy": "CategoricalAccuracy",
    "sparse_categorical_accuracy": "SparseCategoricalAccuracy",
    "top_k_categorical_accuracy": "TopKCategoricalAccuracy",
    "sparse_top_k_categorical_accuracy": "SparseTopKCategoricalAccuracy",
    "mean_squared_error": "MeanSquaredError", "mse": "MeanSquaredError",
    "mean_absolute_error": "MeanAbsoluteError", "mae": "MeanAbsoluteError",
    "mean_absolute_percentage_error": "MeanAbsolutePercentageError",
    "mean_squared_logarithmic_error": "MeanSquaredLogarithmicError",
    "binary_crossentropy": "BinaryCrossentropy", "categorical_crossentropy": "CategoricalCrossentropy",
    "sparse_categorical_crossentropy": "SparseCategoricalCrossentropy", "hinge": "Hinge",
    "squared_hinge": "SquaredHinge", "categorical_hinge": "CategoricalHinge",
    "kl_divergence": "KLDivergence", "kullback_leibler_divergence": "KLDivergence", "poisson": "Poisson",
    "cosine_similarity": "CosineSimilarity", "cosine_proximity": "CosineSimilarity",
    "logcosh": "LogCoshError", "log_cosh": "LogCoshError", "accuracy": "Accuracy",
  ]

  static let metrics: [String: [String]] = [
    "AUC": [
      "num_thresholds", "curve", "summation_method", "thresholds", "multi_label", "num_labels",
      "label_weights", "from_logits",
    ],
    "Accuracy": [], "BinaryAccuracy": ["threshold"],
    "BinaryCrossentropy": ["from_logits", "label_smoothing"],
    "BinaryIoU": ["target_class_ids", "threshold"], "CategoricalAccuracy": [],
    "CategoricalCrossentropy": ["from_logits", "label_smoothing", "axis"], "CategoricalHinge": [],
    "ConcordanceCorrelation": ["axis"], "CosineSimilarity": ["axis"], "F1Score": ["average", "threshold"],
    "FBetaScore": ["average", "beta", "threshold"], "FalseNegatives": ["thresholds"],
    "FalsePositives": ["thresholds"], "Hinge": [],
    "IoU": ["num_classes", "target_class_ids", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis"],
    "KLDivergence": [], "LogCoshError": [], "Mean": [], "MeanAbsoluteError": [],
    "MeanAbsolutePercentageError": [],
    "MeanIoU": ["num_classes", "ignore_class", "sparse_y_true", "sparse_y_pred", "axis"],
    "MeanSquaredError": [], "MeanSquaredLogarithmicError": [],
    "OneHotIoU": ["num_classes", "target_class_ids", "ignore_class", "sparse_y_pred", "axis"],
    "OneHotMeanIoU": ["num_classes", "ignore_class", "sparse_y_pred", "axis"], "Poisson": [],
    "PearsonCorrelation": ["axis"], "Precision": ["thresholds", "top_k", "class_id"],
    "PrecisionAtRecall": ["recall", "num_thresholds", "class_id"],
    "R2Score": ["class_aggregation", "num_regressors"], "Recall": ["thresholds", "top_k", "class_id"],
    "RecallAtPrecision": ["precision", "num_thresholds", "class_id"], "RootMeanSquaredError": [],
    "SensitivityAtSpecificity": ["specificity", "num_thresholds", "class_id"],
    "SparseCategoricalAccuracy": [],
    "SparseCategoricalCrossentropy": ["from_logits", "ignore_class", "axis"],
    "SparseTopKCategoricalAccuracy": ["k"],
    "SpecificityAtSensitivity": ["sensitivity", "num_thresholds", "class_id"], "SquaredHinge": [], "Sum": [],
    "TopKCategoricalAccuracy": ["k"], "TrueNegatives": ["thresholds"], "TruePositives": ["thresholds"],
  ]

  /// `old=new old …` as a table.
  private static func named(_ words: String) -> [String: String] {
    Dictionary(
      words.split { $0 == " " || $0 == "\n" }.map { word in
        let parts = word.split(separator: "=")
        return (String(parts[0]), String(parts.last ?? parts[0]))
      }
    ) { first, _ in first }
  }
}
