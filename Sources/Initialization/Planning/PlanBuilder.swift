package import KerasArchitecture
import OrderedJSON
package import RandomStreams
import Tensors
import Text

/// Puts initializers, seeds and streams to the weights of an architecture.
package enum PlanBuilder {
  /// - Parameters:
  ///   - architecture: the model.
  ///   - seed: the `N` of `keras.utils.set_random_seed(N)`.
  ///   - backend: whose random stream is drawn from.
  ///   - order: the order in which a script makes the layers; `nil` for that of the description.
  /// - Returns: what decides every value of every weight.
  /// - Throws: what is wrong with an initializer, and where it stands.
  package static func plan(
    _ architecture: Architecture, seed: UInt64, backend: Backend, order: ConstructionOrder? = nil
  ) throws(ArchitectureError) -> WeightPlan {
    var initializers: [Int: any Initializer] = [:]
    for (index, event) in architecture.events.enumerated() {
      guard case .initializer(let declaration) = event else { continue }
      initializers[index] = try InitializerCatalog.initializer(declaration, of: architecture.generation)
    }
    guard architecture.generation.isKeras3 || backend == .tensorflow else {
      throw ArchitectureError(
        at: .root,
        "Keras \(architecture.generation.version) draws from TensorFlow alone, not from \(backend.name)")
    }
    let seeds = try SeedPolicy(
      architecture, initializers: initializers, seed: seed, backend: backend, order: order
    ).seeds
    var builder = Builder(
      architecture: architecture, initializers: initializers, seeds: seeds, backend: backend)
    var weights: [Int: PlannedWeight] = [:]
    guard CheckedSize.sum(architecture.weights.map(\.spec.byteCount)) != nil else {
      throw ArchitectureError(
        at: .root,
        "the model's \(architecture.weights.count) weights have more bytes than can be addressed; "
          + "expected fewer than 2^63 bytes in all")
    }
    for declaration in architecture.weights.sorted(by: { $0.creationIndex < $1.creationIndex }) {
      weights[declaration.creationIndex] = try builder.weight(declaration)
    }
    return WeightPlan(architecture: architecture, seed: seed, backend: backend, weights: weights)
  }
}

private struct Builder {
  let architecture: Architecture
  let initializers: [Int: any Initializer]
  let seeds: [Int: SeedPolicy.Seed]
  let backend: Backend
  /// How often each generator was drawn from.
  var generatorUses: [Int: Int64] = [:]

  mutating func weight(_ declaration: WeightDeclaration) throws(ArchitectureError) -> PlannedWeight {
    var parts: [PlannedWeight.Part] = []
    for part in declaration.parts { parts.append(try self.part(part, of: declaration)) }
    return PlannedWeight(
      declaration: declaration, parts: parts,
      source: source(parts, bytesPerElement: declaration.spec.dtype.byteCount))
  }

  private mutating func part(
    _ part: WeightDeclaration.Part, of weight: WeightDeclaration
  ) throws(ArchitectureError) -> PlannedWeight.Part {
    let index = part.initializer.eventIndex
    guard let initializer = initializers[index], let declaration = architecture.initializer(part.initializer)
    else { throw ArchitectureError(at: .root, "the weight \(weight.spec.path) has no initializer") }
    let axes = try Self.declaredAxes(declaration, part.shape)
    let target: InitializerTarget
    do throws(ShapeOverflow) {
      target = try InitializerTarget(
        shape: part.shape, dtype: weight.spec.dtype, fans: axes.map { .axes($0) } ?? part.fans)
    } catch {
      throw declaration.place.error("\(error)", at: declaration.pointer)
    }
    if type(of: initializer).isRandom, !target.dtype.isFloatingPoint {
      throw declaration.place.error(
        "`\(weight.name)`: \(declaration.className.clipped) draws floating-point numbers, and the weight is "
          + "\(target.dtype.rawValue)",
        at: declaration.pointer)
    }
    if let reason = initializer.incompatibility(with: target) {
      throw declaration.place.error("`\(weight.name)`: \(reason)", at: declaration.pointer)
    }
    let seed = seeds[index].map { seed in
      guard seed.isGenerator else { return StreamSeed(seed.value) }
      defer { generatorUses[index, default: 0] += 1 }
      return StreamSeed(seed.value, counter: generatorUses[index, default: 0])
    }
    return PlannedWeight.Part(
      initializer: initializer, target: target, transform: part.transform, seed: seed,
      isSeedDrawn: seeds[index]?.isDrawn ?? false)
  }

  /// The axes that an initializer of the variance-scaling family names itself; one list alone counts for
  /// nothing.
  private static func declaredAxes(
    _ declaration: InitializerDeclaration, _ shape: Shape
  ) throws(ArchitectureError) -> FanAxes? {
    guard let input = declaration.config["input_axes"]?.arrayValue,
      let output = declaration.config["output_axes"]?.arrayValue
    else { return nil }
    func axes(_ list: [JSONValue]) throws(ArchitectureError) -> [Int] {
      try list.map { value throws(ArchitectureError) in
        guard let axis = value.intValue, (-shape.rank..<shape.rank).contains(axis) else {
          throw declaration.place.error(
            "`input_axes` and `output_axes` must name axes of \(shape)", at: declaration.pointer)
        }
        return axis < 0 ? axis + shape.rank : axis
      }
    }
    return FanAxes(input: try axes(input), output: try axes(output))
  }

  private func source(_ parts: [PlannedWeight.Part], bytesPerElement: Int) -> TensorSource {
    let caller: StreamCaller = architecture.generation.isKeras3 ? .keras3 : .tfKeras
    let sources = parts.map { part -> TensorSource in
      let dtype = part.target.dtype
      var source = part.initializer.source(
        for: part.target,
        RandomSource(backend: backend, seed: part.seed ?? StreamSeed(0), caller: caller))
      if part.transform == .squareRoot { source = ElementTransform.squareRoot.applied(to: source, dtype) }
      if dtype == .float64, backend.variableType(dtype) == .float32 {
        source = ElementTransform.singlePrecision.applied(to: source, dtype)
      }
      return source
    }
    if sources.count == 1 { return sources[0] }
    let counts = parts.map(\.target.count)
    @Sendable func concatenated(_ fillers: [any BlockFiller]) -> any BlockFiller {
      ConcatenatedFiller(
        zip(counts, fillers).map { ConcatenatedFiller.Segment(count: $0, filler: $1) },
        bytesPerElement: bytesPerElement)
    }
    let fillers = sources.compactMap { source in
      if case .blocks(let filler) = source { filler } else { nil }
    }
    if fillers.count == sources.count { return .blocks(concatenated(fillers)) }
    return .whole { () throws(SourceFailure) in
      var fillers: [any BlockFiller] = []
      for (source, part) in zip(sources, parts) {
        // Parts are those of a bias: a few thousand values.
        fillers.append(try source.randomAccess(count: part.target.count, dtype: part.target.dtype))
      }
      return concatenated(fillers)
    }
  }
}
