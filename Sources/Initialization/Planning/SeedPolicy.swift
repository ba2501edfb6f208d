import KerasArchitecture
import OrderedJSON
import RandomStreams
import Text

/// Which seed each initializer of a model has: its own, or the one that Keras would have drawn for it from
/// Python's generator after `keras.utils.set_random_seed(N)`.
///
/// Keras 3 draws when an initializer or a `SeedGenerator` is constructed, tf.keras when an initializer first
/// creates a variable. Multi-backend Keras 2 left it to its backend's global state, which nothing can
/// reproduce; for its documents the rule of tf.keras is used.
struct SeedPolicy {
  /// A seed, and whether it belongs to a generator, whose successive draws differ.
  struct Seed {
    let value: Int64
    let isGenerator: Bool
    /// Whether it comes from the model's seed rather than from the declaration.
    let isDrawn: Bool
  }

  /// The seeds by construction event; events that take none are missing.
  private(set) var seeds: [Int: Seed] = [:]

  init(
    _ architecture: Architecture, initializers: [Int: any Initializer], seed: UInt64, backend: Backend,
    order: ConstructionOrder?
  ) throws(ArchitectureError) {
    var random = PythonRandom(seed: seed)
    let events = architecture.events
    for index in order?.sorted(events.indices, { events[$0].place }) ?? Array(events.indices) {
      switch events[index] {
      case .builtGenerator: break
      case .seedGenerator(let seed, _):
        if seed == nil, architecture.generation.isKeras3 { _ = random.nextKerasSeed() }
      case .initializer(let declaration):
        guard let initializer = initializers[index], type(of: initializer).isRandom else { continue }
        let own = try Self.declaredSeed(declaration)
        switch own {
        case .value(let value, let isGenerator)?:
          guard backend.seeds.contains(value) else {
            let limits = backend.seeds
            throw declaration.place.error(
              "`seed` must be from \(limits.lowerBound) to \(limits.upperBound) for \(backend.name); "
                + "found \(value)",
              at: declaration.pointer)
          }
          seeds[index] = Seed(value: value, isGenerator: isGenerator, isDrawn: false)
        case .drawn(let isGenerator)?:
          seeds[index] = Seed(value: random.nextKerasSeed(), isGenerator: isGenerator, isDrawn: true)
        case nil where architecture.generation.isKeras3:
          seeds[index] = Seed(value: random.nextKerasSeed(), isGenerator: false, isDrawn: true)
        case nil: break
        }
      }
    }
    guard !architecture.generation.isKeras3 else { return }
    let steps = Self.buildingSteps(of: architecture)
    for step in order?.sorted(steps, \.place) ?? steps {
      if step.initializers.isEmpty { _ = random.nextKerasSeed() }
      for index in step.initializers where seeds[index] == nil {
        guard let initializer = initializers[index], type(of: initializer).isRandom else { continue }
        seeds[index] = Seed(value: random.nextKerasSeed(), isGenerator: false, isDrawn: true)
      }
    }
  }

  /// A step of building the layers of tf.keras: the initializers that create a weight; none for a generator,
  /// which takes a seed.
  private struct BuildingStep {
    let place: LayerPlace
    let initializers: [Int]
  }

  private static func buildingSteps(of architecture: Architecture) -> [BuildingStep] {
    var generators = architecture.events.compactMap { event -> (index: Int, place: LayerPlace)? in
      if case .builtGenerator(nil, let beforeWeight, let place) = event { (beforeWeight, place) } else { nil }
    }[...]
    var steps: [BuildingStep] = []
    for weight in architecture.weights.sorted(by: { $0.creationIndex < $1.creationIndex }) {
      while let next = generators.first, next.index <= weight.creationIndex {
        steps.append(BuildingStep(place: next.place, initializers: []))
        generators.removeFirst()
      }
      let initializers = weight.parts.map(\.initializer.eventIndex)
      if let first = initializers.first {
        steps.append(BuildingStep(place: architecture.events[first].place, initializers: initializers))
      }
    }
    return steps
  }

  private enum DeclaredSeed {
    case value(Int64, isGenerator: Bool)
    /// A generator that was itself given no seed.
    case drawn(isGenerator: Bool)
  }

  private static func declaredSeed(
    _ declaration: InitializerDeclaration
  ) throws(ArchitectureError) -> DeclaredSeed? {
    guard let seed = declaration.config["seed"], !seed.isNull else { return nil }
    let isGenerator = seed.objectValue != nil
    let value = isGenerator ? seed["config"]?["seed"] : seed
    guard let value, !value.isNull else { return .drawn(isGenerator: isGenerator) }
    guard let number = value.intValue else {
      throw declaration.place.error(
        "`seed` must be an integer or null; found \(value.pythonText().clipped)", at: declaration.pointer)
    }
    return .value(Int64(number), isGenerator: isGenerator)
  }
}
