import Initialization
import KerasArchitecture
import OrderedJSON
import RandomStreams
import Tensors
import WeightAudit

/// A field of a description that gets another value.
struct DeclarationEdit: Sendable {
  /// The layer that has the field.
  let layer: String
  /// The weights that it decides, by their indices in the order of creation.
  let weights: [Int]
  /// The place of the field in the text.
  let object: JSONPointer
  let key: String
  let value: JSONValue

  /// The edits that make changes of declarations, in the order of the model.
  ///
  /// - Parameters:
  ///   - changes: what is to be declared otherwise.
  ///   - plan: the model.
  ///   - document: its description, as the user gave it.
  /// - Returns: nothing for what its class fixes, what this Keras cannot declare, and what is declared
  ///   already.
  static func all(
    _ changes: [DeclarationChange], _ plan: WeightPlan, in document: JSONValue
  ) -> [DeclarationEdit] {
    var edits: [DeclarationEdit] = []
    var known: [JSONPointer: Int] = [:]
    var seeds = SeedPool(plan)
    for change in changes {
      guard let edit = edit(change, plan, document, &seeds) else { continue }
      if let index = known[edit.object[edit.key]] {
        // One field may decide several weights.
        edits[index] = edits[index].adding(edit.weights)
      } else {
        known[edit.object[edit.key]] = edits.count
        edits.append(edit)
      }
    }
    return edits.filter { $0.value != $0.existing(in: document) }
  }

  private static func edit(
    _ change: DeclarationChange, _ plan: WeightPlan, _ document: JSONValue, _ seeds: inout SeedPool
  ) -> DeclarationEdit? {
    let architecture = plan.architecture
    guard let planned = plan.weights[change.weight], let part = planned.parts.first,
      let first = planned.declaration.parts.first,
      let initializer = architecture.initializer(first.initializer),
      let field = initializer.field
    else { return nil }
    var key = field.key
    let object = architecture.sourcePlace(of: field, in: document)
    let existing = document[object]?[key]
    let form = InitializerForm(architecture.generation, replacing: existing)
    let value: JSONValue?
    switch change {
    case .scale where seeds.isShared(field):
      // No scale suits several kernels exactly.
      let isUniform = part.initializer.expectation(for: part.target).family != .truncatedNormal
      value = form.value(isUniform ? GlorotUniform.self : GlorotNormal.self)
    case .scale(_, let variance, let fanIn, let suited):
      value = scaled(form, variance, fanIn, suited, initializer, part)
    case .initializer(_, let name):
      value = InitializerCatalog.all.first { $0.names.contains(name) }.flatMap { form.value($0) }
    case .ownSeed:
      guard let seed = initializer.config["seed"]?.intValue else { return nil }
      // A seed in a field that decides several weights is the same for all of them.
      if seeds.isShared(field) {
        value = form.value(seed: nil)
      } else {
        guard let own = seeds.next(after: seed) else { return nil }
        value = form.value(seed: own)
      }
    case .argument(_, let argument, let flag):
      (key, value) = (argument, .bool(flag))
    }
    return value.map {
      DeclarationEdit(
        layer: initializer.place.name, weights: [change.weight], object: object, key: key, value: $0)
    }
  }

  private static func scaled(
    _ form: InitializerForm, _ variance: Double, _ fanIn: Double, _ suited: SuitedScale,
    _ initializer: InitializerDeclaration, _ part: PlannedWeight.Part
  ) -> JSONValue? {
    let expectation = part.initializer.expectation(for: part.target)
    // Orthogonal kernels stay so.
    if expectation.family == .orthogonal, expectation.standardDeviation > 0 {
      let gain = initializer.config["gain"]?.doubleValue ?? 1
      let factor = variance.squareRoot() / expectation.standardDeviation
      return form.value(Orthogonal.self, gain: (1000 * gain * factor).rounded() / 1000)
    }
    let isConstant = if case .constant = expectation.family { true } else { false }
    return form.value(
      ScalingChoice(
        variance: variance, averagesFans: suited.averagesFans, fanIn: fanIn,
        isUniform: expectation.family == .uniform
          || isConstant && suited.initializerName == "glorot_uniform",
        for: part.target))
  }

  private func adding(_ others: [Int]) -> DeclarationEdit {
    DeclarationEdit(layer: layer, weights: weights + others, object: object, key: key, value: value)
  }

  func existing(in document: JSONValue) -> JSONValue? { document[object]?[key] }

  var edit: JSONEditor.Edit { JSONEditor.Edit(object, key, value) }
}

/// Seeds that no initializer of a model has yet.
private struct SeedPool {
  private var used: Set<Int>
  private let counts: [InitializerDeclaration.Field: Int]

  init(_ plan: WeightPlan) {
    let architecture = plan.architecture
    counts = Dictionary(
      plan.weights.values.compactMap { planned in
        planned.declaration.parts.first.flatMap { architecture.initializer($0.initializer)?.field }.map {
          ($0, 1)
        }
      }, uniquingKeysWith: +)
    used = Set(
      architecture.events.compactMap { event in
        if case .initializer(let declaration) = event { declaration.config["seed"]?.intValue } else { nil }
      })
  }

  /// Whether a field decides several weights.
  func isShared(_ field: InitializerDeclaration.Field) -> Bool { counts[field].map { $0 > 1 } ?? false }

  /// The next free seed; `nil` if there is none that fits.
  mutating func next(after seed: Int) -> Int? {
    // Backends take seeds of different lengths; all take these.
    let range = 0..<Int(Int32.max)
    var candidate = range.contains(seed) ? seed : 0
    repeat {
      guard range.contains(candidate) else { return nil }
      candidate += 1
    } while !used.insert(candidate).inserted
    return candidate
  }
}

extension DeclarationChange {
  /// The weight that it is about.
  fileprivate var weight: Int {
    switch self {
    case .scale(let weight, _, _, _), .initializer(let weight, _), .ownSeed(let weight),
      .argument(let weight, _, _):
      weight
    }
  }
}

extension Architecture {
  /// The object that has a field, in the text that the user gave. In the short form, fields stand in a layer
  /// or in its `config`.
  fileprivate func sourcePlace(of field: InitializerDeclaration.Field, in document: JSONValue) -> JSONPointer
  {
    let pointer = sourcePointer(field.object)
    guard pointer != field.object else { return pointer }
    var place = JSONPointer.root
    for component in pointer.components {
      switch component {
      case .index(let index): place = place[index]
      case .key(let key):
        let inner = place["config"]
        place = document[place]?[key] == nil && document[inner]?[key] != nil ? inner[key] : place[key]
      }
    }
    let inner = place["config"]
    let standsInside = document[inner]?.objectValue != nil && document[place]?[field.key] == nil
    return standsInside ? inner : place
  }
}
