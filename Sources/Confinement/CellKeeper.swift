internal import CConfinement
import Synchronization

/// A small process that starts cells.
///
/// Only a process with one thread can be copied soundly, and commands have many. So a copy is made while
/// there is one, which does nothing but make copies of itself.
package final class CellKeeper: Sendable {
  /// What a cell does: it is given a request, and memory that it shares with whoever asks, and returns an
  /// answer.
  package typealias Service =
    @Sendable (_ request: [UInt8], _ shared: UnsafeMutableRawBufferPointer) -> [UInt8]

  private let socket: Int32

  private struct State {
    /// Whether the keeper starts a cell, or has, that nobody has taken. It begins with one: while this
    /// process finds out what it has to do, the keeper's has nothing to do.
    var isStarting = true
    /// That cell, if its message had to be read before it was wanted.
    var started: StartedCell?
    /// How many cells were taken.
    var count = 0
    /// Cells that are needed no more.
    var released: [Int] = []
  }
  private let state = Mutex(State())

  /// Starts the keeper; before this process has a second thread.
  ///
  /// - Parameters:
  ///   - prepare: what is done in the keeper once, at once, and needs not be done in each cell.
  ///   - makeService: called in each cell with the settings that it is started with.
  /// - Throws: if the system lets no process be started.
  package init(
    prepare: @escaping @Sendable () -> Void, makeService: @escaping @Sendable (_ settings: [UInt8]) -> Service
  ) throws(CellFailure) {
    guard ccf_thread_count() <= 1 else { throw .unavailable(errorNumber: 0) }
    var sides: [Int32] = [-1, -1]
    let error = unsafe ccf_socket_pair(&sides)
    guard error == 0 else { throw .unavailable(errorNumber: error) }
    let process = ccf_fork()
    guard process != 0 else {
      let socket = ccf_become_keeper(sides[1])
      var keeper = unsafe KeeperProcess(socket: socket, prepare: prepare, makeService: makeService)
      keeper.run()
    }
    ccf_close(sides[1])
    guard process > 0 else {
      ccf_close(sides[0])
      throw .unavailable(errorNumber: -process)
    }
    socket = sides[0]
  }

  deinit { ccf_close(socket) }

  /// Ends the keeper and its cells and waits for them; no cell can be asked for anything afterwards.
  ///
  /// Whoever inherits processes that have ended is not always one that clears them away: in a container it
  /// may be any program.
  package func end() {
    state.withLock { _ in ccf_end_children(socket, 2) }
  }

  /// A cell that nobody else has.
  ///
  /// - Throws: if the system lets no process be started.
  func takeCell() throws(CellFailure) -> StartedCell {
    try state.withLock { state throws(CellFailure) in
      let isEarly = state.isStarting
      var cell = try nextCell(&state)
      // What the system refused before it may grant now.
      if isEarly, cell.process <= 0 { cell = try nextCell(&state) }
      guard cell.process > 0 else { throw .unavailable(errorNumber: Int32(clamping: 0 &- cell.process)) }
      state.count += 1
      // Whoever needs a second cell needs a third one, as soon as this one has done its work.
      if state.count > 1 { state.isStarting = order(&state) }
      return cell
    }
  }

  /// Lets go of a cell whose sockets are closed.
  func release(_ process: Int) {
    state.withLock { $0.released.append(process) }
  }

  /// How a cell ended that has closed its sockets. It must not be asked for twice, or be released as well.
  func ending(of process: Int, _ limits: CellLimits) -> CellFailure {
    var request = WireWriter()
    request.write(KeeperProcess.Request.ending.rawValue)
    request.write(process)
    let reply = state.withLock { state -> [UInt8]? in
      // Answers come in the order of requests.
      if state.isStarting, state.started == nil { state.started = receiveCell() }
      return CellMessage.send(request.bytes, to: socket) ? CellMessage.receive(from: socket)?.bytes : nil
    }
    guard var reader = reply.map(WireReader.init), let signal = try? reader.readInt(),
      let peak = try? reader.readInt()
    else { return .killed }
    if signal == Int(SIGXCPU) { return .outOfTime(seconds: limits.processorSeconds) }
    // What is left is too little for what it wanted.
    if peak >= limits.memory / 2 { return .outOfMemory(limit: limits.memory) }
    if signal == Int(SIGKILL) { return .killed }
    return unsafe signal == 0
      ? .nonsense : .crashed(signal: String(cString: ccf_signal_name(Int32(clamping: signal))))
  }

  /// The cell that the keeper has started, or starts now; afterwards it starts none.
  private func nextCell(_ state: inout State) throws(CellFailure) -> StartedCell {
    guard state.isStarting || order(&state) else { throw .killed }
    // Whatever comes, it comes once.
    state.isStarting = false
    guard let cell = state.started.take() ?? receiveCell() else { throw .killed }
    return cell
  }

  /// - Returns: false if the keeper is gone.
  private func order(_ state: inout State) -> Bool {
    var request = WireWriter()
    request.write(KeeperProcess.Request.start.rawValue)
    request.write(state.released) { $0.write($1) }
    guard CellMessage.send(request.bytes, to: socket) else { return false }
    state.released = []
    return true
  }

  private func receiveCell() -> StartedCell? {
    guard let (message, descriptors) = CellMessage.receive(from: socket, descriptorLimit: 1) else {
      return nil
    }
    return StartedCell(message, descriptors)
  }
}

private let SIGXCPU: Int32 = 24
private let SIGKILL: Int32 = 9
