package import OrderedJSON
import Text

/// How a model was compiled, in Keras 3's own form: optimizer, losses and metrics.
///
/// Keras 1 and 2 write it as `training_config` of a whole-model `.h5`, tf-keras and Keras 3 also as
/// `compile_config` of an archive. What it says matters in training alone.
package struct TrainingUpgrade: Sendable {
  /// The `compile_config` of an archive of Keras 3; not to be used if there are obstacles.
  package private(set) var config = JSONObject()
  package private(set) var changes: [UpgradeChange] = []
  package private(set) var obstacles: [UpgradeObstacle] = []

  private let generation: KerasGeneration
  /// Whether names stay as they are: Keras 3 loads short ones from its archives alone.
  private let keepsNames: Bool
  /// The names of the model's outputs.
  private let outputs: [String]
  /// What the losses say, for metrics that go by them.
  private let lossText: String

  /// - Parameters:
  ///   - training: a `training_config` or a `compile_config`.
  ///   - generation: the Keras that wrote it.
  ///   - outputs: the names of the model's outputs.
  ///   - isForArchive: whether an archive is to have it; an `.h5` otherwise.
  package init(
    _ training: JSONValue, of generation: KerasGeneration, outputs: [String] = [], isForArchive: Bool = false
  ) {
    keepsNames = isForArchive && generation.isKeras3
    self.generation = generation
    self.outputs = outputs
    lossText = (training["loss"] ?? .null).pythonText().lowercased()
    let optimizer = training["optimizer_config"] ?? training["optimizer"]
    if let optimizer, !optimizer.isNull {
      config["optimizer"] = upgraded(optimizer: optimizer)
    } else {
      // Keras leaves it out of an archive that it saves after an .h5, and loads it so; an .h5 needs one.
      config["optimizer"] = Self.object("optimizers", "RMSprop", JSONObject())
      note(.training, "the file names no optimizer: it is RMSprop, as when Keras loads it")
    }
    config["loss"] = completed(loss(training["loss"] ?? .null))
    config["loss_weights"] = training["loss_weights"] ?? .null
    for key in ["metrics", "weighted_metrics"] { config[key] = allMetrics(training[key] ?? .null) }
    for (key, usual) in [
      ("run_eagerly", false), ("steps_per_execution", 1), ("jit_compile", false),
    ] as [(String, JSONValue)] {
      let given = training[key] ?? .null
      config[key] = given.isNull ? usual : given
    }
    if let mode = training["sample_weight_mode"], !mode.isNull,
      !(mode.arrayValue ?? [mode]).allSatisfy(\.isNull)
    {
      note(.leftOut, "`sample_weight_mode`, which Keras 3 does not have, is left out: \(mode.clippedText)")
    }
  }

  private mutating func note(_ effect: UpgradeChange.Effect, _ reason: String) {
    changes.append(UpgradeChange(effect, layer: "", reason))
  }

  private mutating func refuse(_ reason: String) {
    obstacles.append(UpgradeObstacle(layer: "", reason: "--keep-training: \(reason)"))
  }

  private mutating func noteCustom(_ kind: String, _ name: String) {
    note(.training, "the \(kind) \(name.clipped) is not of Keras 3: pass it to load_model in custom_objects")
  }

  private mutating func custom(_ kind: String, _ name: String, _ value: JSONValue) -> JSONValue {
    noteCustom(kind, name)
    return value
  }

  private static func object(_ module: String, _ className: String, _ config: JSONObject) -> JSONValue {
    [
      "module": .string("keras.\(module)"), "class_name": .string(className), "config": .object(config),
      "registered_name": .null,
    ]
  }

  /// Whether an object is in Keras 3's own form already.
  private func isFinished(_ value: JSONValue) -> Bool { generation.isKeras3 && value["module"] != nil }

  // MARK: Optimizers

  private mutating func upgraded(optimizer value: JSONValue) -> JSONValue {
    if isFinished(value) { return value }
    let given = value["class_name"]?.stringValue ?? value.stringValue ?? ""
    let name = PythonNames.withoutPackage(given).lowercased()
    guard let (className, fields) = TrainingVocabulary.optimizers[name],
      var old = value.stringValue == nil ? value["config"]?.objectValue : JSONObject()
    else {
      if generation.isKeras3 { return custom("optimizer", given, value) }
      refuse(
        given == "TFOptimizer"
          ? "the model was compiled with an optimizer of TensorFlow, which its file does not describe"
          : "Keras 3 has no optimizer \(given.clipped)")
      return .null
    }
    if className == "LossScaleOptimizer" { return lossScale(old) }
    if old["learning_rate"] == nil { old["learning_rate"] = old["lr"] }
    if let decay = old["decay"]?.doubleValue, decay != 0 { decayed(&old, decay) }
    // Before tf.keras, the norm was that of all gradients together.
    let isMultiBackend = generation.family == .keras1 || generation.family == .multiBackendKeras2
    if isMultiBackend, old["clipnorm"]?.isNull == false {
      old["global_clipnorm"] = old["clipnorm"]
      old["clipnorm"] = nil
    }
    if isMultiBackend, className == "Adagrad" { old["initial_accumulator_value"] = 0.0 }
    if old["epsilon"]?.isNull == true { old["epsilon"] = 1e-7 }
    if let schedule = old["learning_rate"], schedule["class_name"] != nil {
      old["learning_rate"] = upgraded(schedule: schedule)
    }
    var config = JSONObject()
    for field in [TrainingVocabulary.optimizerFields, fields].joined() {
      if let value = old[field] { config[field] = value }
    }
    if className == "Nadam", let decay = old["schedule_decay"]?.doubleValue, decay != 0.004 {
      note(.leftOut, "the optimizer's `schedule_decay` of \(decay) is left out: Keras 3 has 0.004 for all")
    }
    return Self.object("optimizers", className, config)
  }

  /// `lr / (1 + decay * step)` as a schedule.
  private mutating func decayed(_ config: inout JSONObject, _ decay: Double) {
    guard let rate = config["learning_rate"], rate.doubleValue != nil else {
      refuse("the optimizer has a `decay` beside a schedule")
      return
    }
    config["learning_rate"] = [
      "class_name": "InverseTimeDecay",
      "config": [
        "initial_learning_rate": rate, "decay_steps": 1, "decay_rate": JSONValue(decay), "staircase": false,
        "name": "InverseTimeDecay",
      ],
    ]
    note(.training, "the optimizer's `decay` is a schedule of its learning rate now")
  }

  private mutating func upgraded(schedule value: JSONValue) -> JSONValue {
    if isFinished(value) { return value }
    let className = value["class_name"]?.stringValue ?? ""
    guard TrainingVocabulary.schedules.contains(className), var config = value["config"]?.objectValue else {
      if generation.isKeras3 { return custom("schedule", className, value) }
      refuse("Keras 3 has no schedule of learning rates \(className.clipped)")
      return .null
    }
    if config["name"]?.isNull != false { config["name"] = .string(className) }
    return Self.object("optimizers.schedules", className, config)
  }

  private mutating func lossScale(_ old: JSONObject) -> JSONValue {
    guard let inner = old["inner_optimizer"] ?? old["optimizer"], old["dynamic"] != false else {
      refuse("the optimizer scales losses by a fixed factor, which Keras 3 cannot")
      return .null
    }
    var config: JSONObject = ["inner_optimizer": upgraded(optimizer: inner), "name": "loss_scale_optimizer"]
    for field in ["initial_scale", "dynamic_growth_steps"] {
      if let value = old[field], !value.isNull { config[field] = value }
    }
    return Self.object("optimizers", "LossScaleOptimizer", config)
  }

  // MARK: Losses

  private mutating func loss(_ value: JSONValue) -> JSONValue {
    if let list = value.arrayValue {
      var losses: [JSONValue] = []
      for element in list { losses.append(loss(element)) }
      return .array(losses)
    }
    if let name = value.stringValue { return loss(named: name) }
    guard let object = value.objectValue else { return value }
    guard let given = object["class_name"]?.stringValue else {
      var losses = JSONObject()
      for member in object.members { losses[member.key] = loss(member.value) }
      return .object(losses)
    }
    if isFinished(value) { return value }
    // A function: `{"class_name": "function", "config": "binary_crossentropy"}`.
    if given == "function", let name = object["config"]?.stringValue { return loss(named: name) }
    let className = PythonNames.withoutPackage(given)
    guard let fields = TrainingVocabulary.losses[className] else {
      noteCustom("loss", given)
      return value
    }
    var config = selected(object["config"], fields + ["reduction", "name"])
    if config["reduction"] == "auto" { config["reduction"] = "sum_over_batch_size" }
    return Self.object("losses", className, config)
  }

  /// Losses by the names of outputs, with nothing for those that have none.
  private func completed(_ loss: JSONValue) -> JSONValue {
    guard !generation.isKeras3, var object = loss.objectValue, object["class_name"] == nil,
      !object.members.isEmpty
    else { return loss }
    for output in outputs where object[output] == nil { object[output] = .null }
    return .object(object)
  }

  private mutating func loss(named name: String) -> JSONValue {
    if let new = TrainingVocabulary.lossNames[name] { return .string(keepsNames ? name : new) }
    if TrainingVocabulary.losses[name] != nil { return .string(name) }
    if name.hasPrefix("cosine") && name != "cosine_similarity" {
      refuse("the loss \(name) was the mean of what is a sum in Keras 3")
    } else if name != "cosine_similarity" {
      noteCustom("loss", name)
    }
    return .string(name)
  }

  // MARK: Metrics

  private mutating func allMetrics(_ value: JSONValue) -> JSONValue {
    if value.stringValue != nil { return .array([metric(value)]) }
    guard !generation.isKeras3, let list = value.arrayValue, outputs.count > 1,
      list.allSatisfy({ $0.arrayValue == nil })
    else { return metrics(value) }
    // Before Keras 3, a plain list was meant for each output.
    let given = list.filter { !$0.isNull }
    if given.isEmpty { return .null }
    let each = metrics(.array(given))
    return .array(outputs.map { _ in each })
  }

  private mutating func metrics(_ value: JSONValue) -> JSONValue {
    guard let list = value.arrayValue else { return metric(value) }
    var metrics: [JSONValue] = []
    for element in list {
      guard let inner = element.arrayValue else {
        metrics.append(metric(element))
        continue
      }
      metrics.append(self.metrics(.array(inner.filter { !$0.isNull })))
    }
    if metrics.allSatisfy(\.isNull) { return .null }
    // The metrics of the only output.
    if metrics.count == 1, metrics[0].arrayValue != nil { return metrics[0] }
    return .array(metrics)
  }

  /// The cross-entropy that suits the loss, which Keras 3 does not find out by itself.
  private mutating func crossentropy(_ name: String) -> JSONValue {
    for kind in ["sparse_categorical", "categorical", "binary"] {
      let spellings = [kind, kind.filter { $0 != "_" }]
      if spellings.contains(where: {
        lossText.contains("\($0)_crossentropy") || lossText.contains("\($0)crossentropy")
      }) {
        return .string("\(kind)_crossentropy")
      }
    }
    refuse("the metric \(name) goes by the loss, which is none of the cross-entropies")
    return .null
  }

  private mutating func metric(_ value: JSONValue) -> JSONValue {
    if let name = value.stringValue { return metric(named: name) }
    guard let object = value.objectValue else { return value }
    guard let given = object["class_name"]?.stringValue else {
      if object.members.isEmpty { return .null }
      var byOutput = JSONObject()
      for member in object.members { byOutput[member.key] = metrics(member.value) }
      return .object(byOutput)
    }
    if isFinished(value) { return value }
    if given == "function", let name = object["config"]?.stringValue { return metric(named: name) }
    // tf.keras wraps functions in an object.
    let function = object["config"]?["fn"]
    let wrapped = (function?.stringValue ?? function?["config"]?.stringValue)
    let className =
      wrapped.map { TrainingVocabulary.metricClasses[$0] ?? $0 } ?? PythonNames.withoutPackage(given)
    guard let fields = TrainingVocabulary.metrics[className] else {
      noteCustom("metric", className)
      return wrapped.map { .string($0) } ?? value
    }
    return Self.object("metrics", className, selected(object["config"], fields + ["name"]))
  }

  private mutating func metric(named name: String) -> JSONValue {
    if name == "ce" || name == "crossentropy" { return crossentropy(name) }
    if let new = TrainingVocabulary.metricNames[name] { return .string(keepsNames ? name : new) }
    if TrainingVocabulary.metrics[name] != nil { return .string(name) }
    noteCustom("metric", name)
    return .string(name)
  }

  /// An array of NumPy as a list.
  private static func plain(_ value: JSONValue) -> JSONValue {
    value["class_name"] == "__numpy__" ? value["config"]?["value"] ?? value : value
  }

  /// The fields that a class of Keras 3 takes.
  private func selected(_ config: JSONValue?, _ fields: [String]) -> JSONObject {
    var result = JSONObject()
    for field in fields {
      if let value = config?[field], !value.isNull { result[field] = Self.plain(value) }
    }
    return result
  }
}

extension JSONValue {
  fileprivate var clippedText: String { String(pythonText().prefix(60)) }
}
