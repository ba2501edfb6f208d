internal import CConfinement
import Synchronization

/// A process that answers requests and can do nothing else: it opens no file, talks to nobody, and is ended
/// when it takes more memory or time than it may.
package final class Cell: Sendable {
  /// How many bytes an answer can have in shared memory.
  package static let sharedSize = 1 << 22
  /// How many bytes of an answer are sent rather than shared: it costs less than a thread and its memory.
  static let inlineSize = 1 << 16
  /// The number that the file has which a cell begins with.
  package static let firstFile = CellProcess.firstFile

  private let keeper: CellKeeper
  private let limits: CellLimits
  private let process: Int
  private let control: Int32
  private struct State {
    /// Channels that nobody uses now.
    var idle: [Channel] = []
    /// How the cell ended; it stays ended.
    var failure: CellFailure?
  }
  private let state = Mutex(State())
  private let controlTurn = Mutex(())

  /// The memory of this machine in bytes, or of the group of processes that this one is limited with; 0 if it
  /// is unknown.
  package static var machineMemory: Int { Int(clamping: ccf_machine_memory()) }

  /// Starts a cell.
  ///
  /// - Parameters:
  ///   - keeper: who starts it.
  ///   - limits: what it may use.
  ///   - settings: what its service is made with.
  ///   - file: an open file that it may use, which requests name by `firstFile`; it can be closed here
  ///     afterwards.
  /// - Throws: if the system lets no process be started.
  package init(
    _ keeper: CellKeeper, _ limits: CellLimits, settings: [UInt8], file: Int32
  ) throws(CellFailure) {
    let started = try keeper.takeCell()
    process = started.process
    control = started.control
    self.keeper = keeper
    self.limits = limits
    var request = WireWriter()
    request.write(CellProcess.Control.begin.rawValue)
    request.write(limits.memory)
    request.write(limits.processorSeconds)
    request.write(settings)
    guard CellMessage.send(request.bytes, to: control, [file]) else { throw ended() }
  }

  deinit {
    ccf_close(control)
    if state.withLock({ $0.failure == nil }) { keeper.release(process) }
  }

  /// Lets the cell use another open file.
  ///
  /// - Parameter descriptor: the file; it can be closed here afterwards.
  /// - Returns: the number by which requests name it.
  /// - Throws: why the cell gives no answer.
  package func attach(_ descriptor: Int32) throws(CellFailure) -> Int32 {
    var request = WireWriter()
    request.write(CellProcess.Control.attach.rawValue)
    let number = try command(request, [descriptor])
    guard number >= 0, let number = Int32(exactly: number) else { throw .nonsense }
    return number
  }

  /// Asks the cell; several threads can ask at a time.
  ///
  /// - Parameters:
  ///   - request: what its service understands.
  ///   - size: how many bytes of memory the service is given; at most `sharedSize`.
  ///   - use: gets the answer, and the memory that the service was given, which the cell can change at any
  ///     time: what is in it must be copied before it is looked at.
  /// - Returns: what `use` returns.
  /// - Throws: why the cell gives no answer.
  package func ask<Value>(
    _ request: [UInt8], sharing size: Int,
    _ use: (_ answer: [UInt8], _ shared: UnsafeRawBufferPointer) -> Value
  ) throws(CellFailure) -> Value {
    if size <= Self.inlineSize, let (answer, written) = try askInline(request, size) {
      return unsafe written.withUnsafeBytes { unsafe use(answer, $0) }
    }
    let channel = try idleChannel()
    guard CellMessage.send(request, to: channel.socket),
      let (answer, _) = CellMessage.receive(from: channel.socket, answerLimits)
    else { throw ended() }
    let value = unsafe use(answer, UnsafeRawBufferPointer(channel.shared))
    state.withLock { $0.idle.append(channel) }
    return value
  }

  /// Asks over the control socket.
  ///
  /// - Returns: the answer and what the service wrote; `nil` if another thread asks there.
  private func askInline(_ request: [UInt8], _ size: Int) throws(CellFailure) -> ([UInt8], [UInt8])? {
    if let failure = state.withLock({ $0.failure }) { throw failure }
    var message = WireWriter()
    message.write(CellProcess.Control.ask.rawValue)
    message.write(size)
    message.write(request)
    let reply = controlTurn.withLockIfAvailable { _ in
      CellMessage.send(message.bytes, to: control) ? CellMessage.receive(from: control, answerLimits) : nil
    }
    guard let reply else { return nil }
    guard let (bytes, _) = reply else { throw ended() }
    var reader = WireReader(bytes)
    guard let answer = try? reader.readBytes(), let written = try? reader.readBytes(), written.count == size
    else { throw .nonsense }
    return (answer, written)
  }

  /// A text cannot be longer than the memory that it was made in.
  private var answerLimits: CellMessage.Limits {
    CellMessage.Limits(byteCount: limits.memory, silence: limits.silence)
  }

  private func idleChannel() throws(CellFailure) -> Channel {
    let (idle, failure) = state.withLock { ($0.idle.popLast(), $0.failure) }
    if let failure { throw failure }
    if let idle { return idle }
    return try openChannel()
  }

  private func openChannel() throws(CellFailure) -> Channel {
    var sides: [Int32] = [-1, -1]
    let error = unsafe ccf_socket_pair(&sides)
    guard error == 0 else { throw .unavailable(errorNumber: error) }
    defer { ccf_close(sides[1]) }
    let channel = try Channel(socket: sides[0], size: Self.sharedSize)
    defer { channel.closeMemoryDescriptor() }
    var request = WireWriter()
    request.write(CellProcess.Control.open.rawValue)
    request.write(Self.sharedSize)
    let status = try command(request, [sides[1], channel.memory])
    guard status == 0 else { throw .unavailable(errorNumber: Int32(clamping: status)) }
    return channel
  }

  /// Sends a command over the control socket; returns the number that it answers.
  private func command(_ request: WireWriter, _ descriptors: [Int32]) throws(CellFailure) -> Int {
    let reply = controlTurn.withLock { _ in
      CellMessage.send(request.bytes, to: control, descriptors)
        ? CellMessage.receive(from: control, answerLimits) : nil
    }
    guard let reply else { throw ended() }
    var reader = WireReader(reply.bytes)
    guard let number = try? reader.readInt() else { throw .nonsense }
    return number
  }

  /// How the cell ended.
  private func ended() -> CellFailure {
    state.withLock { state in
      if let failure = state.failure { return failure }
      let failure = keeper.ending(of: process, limits)
      state.failure = failure
      return failure
    }
  }
}

/// A socket to one thread of a cell, and the memory that is shared with it.
///
/// The memory is mapped as long as this value lives, and is copied from before anything is done with it.
@safe private final class Channel: Sendable {
  let socket: Int32
  let memory: Int32
  nonisolated(unsafe) let shared: UnsafeMutableRawBufferPointer

  init(socket: Int32, size: Int) throws(CellFailure) {
    self.socket = socket
    memory = ccf_shared_memory(size)
    guard memory >= 0 else {
      ccf_close(socket)
      throw .unavailable(errorNumber: -memory)
    }
    guard let address = unsafe ccf_map(memory, size) else {
      ccf_close(socket)
      ccf_close(memory)
      throw .unavailable(errorNumber: 12)
    }
    unsafe shared = unsafe UnsafeMutableRawBufferPointer(start: address, count: size)
  }

  /// The memory stays without it.
  func closeMemoryDescriptor() { ccf_close(memory) }

  deinit {
    ccf_close(socket)
    unsafe ccf_unmap(shared.baseAddress, shared.count)
  }
}
