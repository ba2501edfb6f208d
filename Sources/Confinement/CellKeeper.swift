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
  private let turn = Mutex(())

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
      unsafe KeeperProcess(socket: socket, prepare: prepare, makeService: makeService).run()
    }
    ccf_close(sides[1])
    guard process > 0 else {
      ccf_close(sides[0])
      throw .unavailable(errorNumber: -process)
    }
    socket = sides[0]
  }

  deinit { ccf_close(socket) }

  /// Starts a cell.
  ///
  /// - Parameters:
  ///   - limits: what it may use.
  ///   - settings: what its service is made with.
  ///   - control: the socket that it listens to.
  /// - Returns: its process.
  /// - Throws: if the system lets no process be started.
  func start(_ limits: CellLimits, _ settings: [UInt8], control: Int32) throws(CellFailure) -> Int {
    var request = WireWriter()
    request.write(KeeperProcess.Request.start.rawValue)
    request.write(limits.memory)
    request.write(limits.processorSeconds)
    request.write(settings)
    var reply = try ask(request, [control])
    guard let process = try? reply.readInt() else { throw .nonsense }
    guard process > 0 else { throw .unavailable(errorNumber: Int32(clamping: 0 &- process)) }
    return process
  }

  /// How a cell ended, that has closed its sockets.
  func ending(of process: Int, _ limits: CellLimits) -> CellFailure {
    var request = WireWriter()
    request.write(KeeperProcess.Request.wait.rawValue)
    request.write(process)
    guard var reply = try? ask(request, []), let signal = try? reply.readInt(),
      let peak = try? reply.readInt()
    else { return .killed }
    if signal == Int(SIGXCPU) { return .outOfTime(seconds: limits.processorSeconds) }
    // What is left is too little for what it wanted.
    if peak >= limits.memory / 2 { return .outOfMemory(limit: limits.memory) }
    if signal == Int(SIGKILL) { return .killed }
    return unsafe signal == 0
      ? .nonsense : .crashed(signal: String(cString: ccf_signal_name(Int32(clamping: signal))))
  }

  private func ask(_ request: WireWriter, _ descriptors: [Int32]) throws(CellFailure) -> WireReader {
    let reply = turn.withLock { _ in
      CellMessage.send(request.bytes, to: socket, descriptors) ? CellMessage.receive(from: socket) : nil
    }
    guard let reply else { throw .killed }
    return WireReader(reply.bytes)
  }
}

private let SIGXCPU: Int32 = 24
private let SIGKILL: Int32 = 9
