import Synchronization
package import Tensors

/// Reads every tensor once, block by block, on several workers.
///
/// In memory are a block for each worker, and what a tensor's units need: twenty numbers for each. Kernels
/// that seem to have parallel units are looked at once more, those units only.
package enum Scanner {
  /// - Parameters:
  ///   - requests: the tensors.
  ///   - workers: the number of threads; no effect on the result.
  ///   - progress: called with the number of bytes that were read since the last call.
  /// - Returns: the measurements of each request.
  /// - Throws: if the values of a tensor cannot be read.
  package static func measure(
    _ requests: [ScanRequest], workers: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }
  ) async throws(SourceFailure) -> [TensorMeasurements] {
    var tasks: [ScanTask] = []
    var folds: [TensorFold] = []
    for (tensor, request) in requests.enumerated() {
      let filler = try request.source.randomAccess(
        count: request.spec.elementCount, dtype: request.spec.dtype)
      let stretches = request.stretches
      for (number, blocks) in stretches.enumerated() {
        tasks.append(ScanTask(tensor: tensor, number: number, blocks: blocks, filler: filler))
      }
      folds.append(TensorFold(request))
    }
    let (allTasks, allFolds) = (tasks, folds)
    let sampleLimit = TensorMeasurements.sampleLimit(tensors: requests.count)
    try await forEachIndex(below: tasks.count, workers: workers) { index throws(SourceFailure) in
      let task = allTasks[index]
      let measurement = try task.measure(requests[task.tensor], sampleLimit: sampleLimit, progress)
      allFolds[task.tensor].add(measurement, number: task.number)
    }
    try await forEachIndex(below: folds.count, workers: workers) { index throws(SourceFailure) in
      try allFolds[index].compareUnits()
    }
    return folds.map(\.result)
  }
}

extension Scanner {
  /// Measures one tensor on this thread.
  ///
  /// - Parameters:
  ///   - request: the tensor.
  ///   - sampleLimit: how many of its values are kept.
  /// - Returns: what `measure(_:workers:progress:)` finds.
  /// - Throws: if its values cannot be read.
  static func measure(
    _ request: ScanRequest, sampleLimit: Int = TensorMeasurements.sampleLimit
  ) throws(SourceFailure) -> TensorMeasurements {
    let filler = try request.source.randomAccess(
      count: request.spec.elementCount, dtype: request.spec.dtype)
    let fold = TensorFold(request)
    for (number, blocks) in request.stretches.enumerated() {
      let task = ScanTask(tensor: 0, number: number, blocks: blocks, filler: filler)
      fold.add(try task.measure(request, sampleLimit: sampleLimit) { _ in }, number: number)
    }
    try fold.compareUnits()
    return fold.result
  }
}

/// Consecutive blocks of a tensor, for one worker.
private struct ScanTask: Sendable {
  let tensor: Int
  /// Which of the tensor's stretches it is.
  let number: Int
  let blocks: Range<Int>
  let filler: any BlockFiller

  func measure(
    _ request: ScanRequest, sampleLimit: Int, _ progress: (Int) -> Void
  ) throws(SourceFailure) -> StretchMeasurement {
    let partition = BlockPartition(elementCount: request.spec.elementCount)
    let width = request.spec.dtype.byteCount
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, partition[blocks.lowerBound].count * width), alignment: 64)
    defer { unsafe buffer.deallocate() }
    var measurement = StretchMeasurement(
      request, partition[blocks.lowerBound].lowerBound..<partition[blocks.upperBound - 1].upperBound,
      sampleLimit: sampleLimit)
    for block in blocks {
      let range = partition[block]
      let part = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * width)])
      var span = unsafe part.mutableBytes
      try filler.fill(range, into: &span)
      unsafe measurement.measure(UnsafeRawBufferPointer(part), range)
      progress(part.count)
    }
    return measurement
  }
}

extension ScanRequest {
  /// The blocks that are measured in one go: more of them where a row is wide, as adding up what its units
  /// have takes as long as a few dozen rows.
  fileprivate var stretches: [Range<Int>] {
    let count = BlockPartition(elementCount: spec.elementCount).count
    let size = units.map { $0.inner == 1 ? min(max(1, $0.units / 2048), 32) : 1 } ?? 1
    return stride(from: 0, to: count, by: size).map { $0..<min(count, $0 + size) }
  }
}

/// Puts the stretches of one tensor together in their order, in whatever order they come.
private final class TensorFold: Sendable {
  private struct State {
    var total = TensorMeasurements()
    var next = 0
    /// Stretches that came early; at most as many as there are workers.
    var waiting: [Int: StretchMeasurement] = [:]
  }

  private let request: ScanRequest
  private let state: Mutex<State>

  init(_ request: ScanRequest) {
    self.request = request
    var total = TensorMeasurements()
    if request.spec.elementCount > 0 { total.units = request.units.map(UnitMeasurements.init) }
    state = Mutex(State(total: total))
  }

  func add(_ measurement: StretchMeasurement, number: Int) {
    state.withLock { state in
      state.waiting[number] = measurement
      while let next = state.waiting.removeValue(forKey: state.next) {
        next.add(to: &state.total)
        state.next += 1
      }
    }
  }

  var result: TensorMeasurements { state.withLock { $0.total } }

  /// Looks for parallel units, and looks at those that seem to be once more.
  func compareUnits() throws(SourceFailure) {
    guard let units = result.units else { return }
    let search = SimilarUnitSearch(units)
    let similar = try search.compare(search.candidates, request)
    if !similar.isEmpty { state.withLock { $0.total.units?.similar = similar } }
  }
}
