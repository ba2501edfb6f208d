import Synchronization
package import Tensors

/// Reads every tensor once, block by block, on several workers.
///
/// In memory are a block for each worker, and what a tensor's units need: twenty numbers for each. Kernels that seem to
/// have parallel units are looked at once more, those units only.
package enum Scanner {
  /// - Parameters:
  ///   - requests: the tensors.
  ///   - workers: how many threads; no effect on the result.
  ///   - progress: told how many more bytes were read.
  /// - Returns: one for each request.
  /// - Throws: why values cannot be had.
  package static func measure(
    _ requests: [ScanRequest], workers: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(SourceFailure) -> [TensorMeasurements] {
    var tasks: [ScanTask] = []
    var folds: [TensorFold] = []
    for (tensor, request) in requests.enumerated() {
      let filler = try request.source.randomAccess(
        count: request.spec.elementCount, dtype: request.spec.dtype)
      let partition = BlockPartition(elementCount: request.spec.elementCount)
      for block in 0..<partition.count {
        tasks.append(ScanTask(tensor: tensor, block: block, range: partition[block], filler: filler))
      }
      folds.append(TensorFold(request))
    }
    let (allTasks, allFolds) = (tasks, folds)
    try await forEachIndex(below: tasks.count, workers: workers) { index throws(SourceFailure) in
      let task = allTasks[index]
      let request = requests[task.tensor]
      let byteCount = task.range.count * request.spec.dtype.byteCount
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, byteCount), alignment: 64)
      defer { buffer.deallocate() }
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteCount])
      var span = part.mutableBytes
      try task.filler.fill(task.range, into: &span)
      allFolds[task.tensor].add(
        BlockMeasurement(UnsafeRawBufferPointer(part), task.range, request), block: task.block)
      progress(byteCount)
    }
    let secondLooks = folds.indices.filter { !folds[$0].candidates.isEmpty }
    try await forEachIndex(below: secondLooks.count, workers: workers) { index throws(SourceFailure) in
      try allFolds[secondLooks[index]].compareCandidates()
    }
    return folds.map(\.result)
  }
}

extension Scanner {
  /// Measures a tensor whose values cannot fail to be had, as one block after the other.
  static func measureInMemory(_ request: ScanRequest) -> TensorMeasurements {
    let fold = TensorFold(request)
    try? request.source.forEachBlock(of: request.spec) { bytes, range in
      fold.add(
        BlockMeasurement(bytes, range, request), block: range.lowerBound / BlockPartition.elementsPerBlock)
    }
    if !fold.candidates.isEmpty { try? fold.compareCandidates() }
    return fold.result
  }
}

private struct ScanTask: Sendable {
  let tensor: Int
  let block: Int
  let range: Range<Int>
  let filler: any BlockFiller
}

/// Puts the blocks of one tensor together in their order, in whatever order they come.
private final class TensorFold: Sendable {
  private struct State {
    var total = TensorMeasurements()
    var next = 0
    /// Blocks that came early; at most as many as there are workers.
    var waiting: [Int: BlockMeasurement] = [:]
  }

  private let request: ScanRequest
  private let state: Mutex<State>

  init(_ request: ScanRequest) {
    self.request = request
    var total = TensorMeasurements()
    if request.spec.elementCount > 0 { total.units = request.units.map(UnitMeasurements.init) }
    state = Mutex(State(total: total))
  }

  func add(_ measurement: BlockMeasurement, block: Int) {
    state.withLock { state in
      state.waiting[block] = measurement
      while let next = state.waiting.removeValue(forKey: state.next) {
        next.add(to: &state.total)
        state.next += 1
      }
    }
  }

  var result: TensorMeasurements { state.withLock { $0.total } }

  var candidates: [(Int, Int)] { result.units.map { SimilarUnitSearch($0).candidates } ?? [] }

  func compareCandidates() throws(SourceFailure) {
    guard let units = result.units else { return }
    let search = SimilarUnitSearch(units)
    let similar = try search.compare(search.candidates, request)
    state.withLock { $0.total.units?.similar = similar }
  }
}
