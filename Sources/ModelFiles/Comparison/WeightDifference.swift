import Failures
import Synchronization
package import Tensors
package import WeightFiles

/// What differs between the weights of two files.
package struct WeightDifference: Sendable {
  package enum Kind: Sendable, Hashable {
    case equal
    case missing(inFirst: Bool)
    /// Equal in all but the name.
    case renamed(to: String)
    case reshaped(Shape, Shape)
    /// Of another type, though the values are the same.
    case retyped(DType, DType)
    case changed(maximum: Double, rootMeanSquare: Double, count: Int)
  }

  package struct Entry: Sendable, Hashable {
    package let name: String
    package let kind: Kind
  }

  package let entries: [Entry]

  package var isEqual: Bool { entries.allSatisfy { $0.kind == .equal } }

  /// Compares the values of two files.
  ///
  /// - Parameters:
  ///   - first: a file.
  ///   - second: another file.
  ///   - pairs: which tensor is compared with which.
  ///   - workers: the number of threads; no effect on the result.
  /// - Throws: why values cannot be read.
  package init(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pairs: [TensorPair], workers: Int
  ) async throws(ModelFileError) {
    let kinds = Mutex([Kind](repeating: .equal, count: pairs.count))
    do throws(SourceFailure) {
      try await forEachIndex(below: pairs.count, workers: workers) { index throws(SourceFailure) in
        let kind = try Self.kind(first, second, pairs[index])
        kinds.withLock { $0[index] = kind }
      }
    } catch {
      throw ModelFileError(error)
    }
    entries = try await Self.entries(first, second, pairs, kinds.withLock { $0 }, workers: workers)
  }

  private static func kind(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pair: TensorPair
  ) throws(SourceFailure) -> Kind {
    guard let one = pair.first else { return .missing(inFirst: true) }
    guard let other = pair.second else { return .missing(inFirst: false) }
    let (a, b) = (first.tensors[one].spec, second.tensors[other].spec)
    guard a.shape == b.shape else { return .reshaped(a.shape, b.shape) }
    let result = try ValueComparison.compare(
      first.source(ofTensor: one), a, second.source(ofTensor: other), b)
    if result.count > 0 {
      return .changed(maximum: result.maximum, rootMeanSquare: result.rootMeanSquare, count: result.count)
    }
    return a.dtype == b.dtype ? .equal : .retyped(a.dtype, b.dtype)
  }

  /// The entries, in which what one file misses and the other has under another name, with the same bits, is
  /// renamed.
  private static func entries(
    _ first: WeightCatalog, _ second: WeightCatalog, _ pairs: [TensorPair], _ kinds: [Kind], workers: Int
  ) async throws(ModelFileError) -> [Entry] {
    let gone = pairs.indices.filter { kinds[$0] == .missing(inFirst: false) }
    let added = pairs.indices.filter { kinds[$0] == .missing(inFirst: true) }
    let partners = try await renamed(
      Side(catalog: first, pairs: gone, tensor: { pairs[$0].first }),
      Side(catalog: second, pairs: added, tensor: { pairs[$0].second }), workers: workers)
    let taken = Set(partners.values)
    return pairs.indices.compactMap { index in
      if taken.contains(index) { return nil }
      let kind = partners[index].map { Kind.renamed(to: pairs[$0].name) } ?? kinds[index]
      return Entry(name: pairs[index].name, kind: kind)
    }
  }

  /// What only one of two files has.
  private struct Side {
    let catalog: WeightCatalog
    /// The indices of pairs.
    let pairs: [Int]
    let tensor: (Int) -> Int?

    func spec(_ pair: Int) -> TensorSpec? { tensor(pair).map { catalog.tensors[$0].spec } }

    /// What two tensors must have in common before their values are read.
    func form(_ pair: Int) -> Form? {
      spec(pair).flatMap { $0.elementCount > 0 ? Form(shape: $0.shape, dtype: $0.dtype) : nil }
    }
  }

  private struct Form: Sendable, Hashable {
    let shape: Shape
    let dtype: DType
  }

  /// For each pair of `gone` the pair of `added` with the same values, the first of them; each is taken once.
  ///
  /// Hashes make the search linear: each tensor is hashed once, and compared with the one that has its hash.
  private static func renamed(
    _ gone: Side, _ added: Side, workers: Int
  ) async throws(ModelFileError) -> [Int: Int] {
    let forms = Set(gone.pairs.compactMap(gone.form)).intersection(added.pairs.compactMap(added.form))
    guard !forms.isEmpty else { return [:] }
    do throws(SourceFailure) {
      let addedHashes = try await hashes(of: added, forms, workers: workers)
      let goneHashes = try await hashes(of: gone, forms, workers: workers)
      var waiting: [Hash: [Int]] = [:]
      for pair in added.pairs.reversed() {
        if let hash = addedHashes[pair] { waiting[hash, default: []].append(pair) }
      }
      var partners: [Int: Int] = [:]
      for pair in gone.pairs {
        guard let hash = goneHashes[pair], let partner = waiting[hash]?.last,
          try isEqual(gone, pair, added, partner)
        else { continue }
        waiting[hash]?.removeLast()
        partners[pair] = partner
      }
      return partners
    } catch {
      throw ModelFileError(error)
    }
  }

  /// Equal for tensors of one form with the same bits; the same within a process only.
  private struct Hash: Hashable {
    let form: Form
    let value: Int
  }

  /// The hash of each tensor of one of these forms, by its pair.
  private static func hashes(
    of side: Side, _ forms: Set<Form>, workers: Int
  ) async throws(SourceFailure) -> [Int: Hash] {
    let candidates = side.pairs.compactMap { pair -> (pair: Int, tensor: Int, form: Form)? in
      guard let tensor = side.tensor(pair), let form = side.form(pair), forms.contains(form) else {
        return nil
      }
      return (pair, tensor, form)
    }
    let catalog = side.catalog
    let hashes = Mutex<[Int: Hash]>([:])
    try await forEachIndex(below: candidates.count, workers: workers) { index throws(SourceFailure) in
      let candidate = candidates[index]
      var hasher = Hasher()
      try unsafe catalog.source(ofTensor: candidate.tensor).forEachBlock(
        of: catalog.tensors[candidate.tensor].spec
      ) {
        bytes, _ in unsafe hasher.combine(bytes: bytes)
      }
      let hash = Hash(form: candidate.form, value: hasher.finalize())
      hashes.withLock { $0[candidate.pair] = hash }
    }
    return hashes.withLock { $0 }
  }

  private static func isEqual(
    _ first: Side, _ one: Int, _ second: Side, _ other: Int
  ) throws(SourceFailure) -> Bool {
    guard let a = first.tensor(one), let b = second.tensor(other), let spec = first.spec(one),
      let otherSpec = second.spec(other)
    else { return false }
    return try ValueComparison.compare(
      first.catalog.source(ofTensor: a), spec, second.catalog.source(ofTensor: b), otherSpec
    ).count == 0
  }
}
