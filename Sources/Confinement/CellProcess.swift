internal import CConfinement

/// What runs in a cell's process.
enum CellProcess {
  enum Control: Int {
    /// The first message: limits, settings, and a file, which has the number `firstFile` here. No answer.
    case begin
    /// Another file that requests are about; the answer is the number that it has here.
    case attach
    /// A socket for requests, and memory for what is too large for an answer.
    case open
    /// A request; the answer has what the service answers and what it wrote.
    case ask
  }

  /// The number of the control socket.
  private static let control: Int32 = 3
  /// The number of the file that a cell begins with.
  static let firstFile: Int32 = 4

  /// Answers requests until nobody asks any more.
  static func run(
    control socket: Int32, _ makeService: @escaping ([UInt8]) -> CellKeeper.Service
  ) -> Never {
    _ = ccf_give_up_files(socket)
    _ = CellThread { unsafe answerRequests(makeService) }.run()
    ccf_exit(1)
  }

  private static func answerRequests(_ makeService: ([UInt8]) -> CellKeeper.Service) -> Never {
    if let service = unsafe begin(makeService) {
      while let (request, descriptors) = CellMessage.receive(from: control, descriptorLimit: 2) {
        guard let reply = unsafe answer(request, descriptors, service),
          CellMessage.send(reply.bytes, to: control)
        else { break }
      }
    }
    ccf_exit(0)
  }

  private static func begin(_ makeService: ([UInt8]) -> CellKeeper.Service) -> CellKeeper.Service? {
    guard let (message, descriptors) = CellMessage.receive(from: control, descriptorLimit: 1) else {
      return nil
    }
    var reader = WireReader(message)
    guard let kind = try? reader.readInt(), kind == Control.begin.rawValue,
      let memory = try? reader.readSize(), let seconds = try? reader.readSize(),
      let settings = try? reader.readBytes(), descriptors == [firstFile]
    else { return nil }
    var limits = ccf_limits(memory: UInt64(memory), processor_seconds: UInt64(seconds))
    _ = unsafe ccf_give_up_calls(&limits)
    return unsafe makeService(settings)
  }

  /// - Returns: `nil` if nobody of this program asked that.
  private static func answer(
    _ request: [UInt8], _ descriptors: [Int32], _ service: @escaping CellKeeper.Service
  ) -> WireWriter? {
    var reader = WireReader(request)
    guard let kind = (try? reader.readInt()).flatMap(Control.init) else { return nil }
    var reply = WireWriter()
    switch kind {
    case .begin: return nil
    case .attach:
      reply.write(Int(descriptors.first ?? -1))
    case .open:
      guard descriptors.count == 2, let size = try? reader.readSize(),
        let memory = unsafe ccf_map(descriptors[1], size)
      else { return nil }
      ccf_close(descriptors[1])
      let socket = descriptors[0]
      let shared = unsafe UnsafeMutableRawBufferPointer(start: memory, count: size)
      let thread = CellThread { unsafe answerRequests(of: socket, shared, service) }
      reply.write(Int(thread.start()))
    case .ask:
      guard let size = try? reader.readSize(), size <= Cell.inlineSize, let request = try? reader.readBytes()
      else { return nil }
      var written = [UInt8](repeating: 0, count: size)
      reply.write(unsafe written.withUnsafeMutableBytes { unsafe service(request, $0) })
      reply.write(written)
    }
    return reply
  }

  /// Answers the requests of one channel, whose memory is mapped until that ends.
  private static func answerRequests(
    of socket: Int32, _ shared: UnsafeMutableRawBufferPointer, _ service: CellKeeper.Service
  ) {
    while let (request, _) = CellMessage.receive(from: socket) {
      guard unsafe CellMessage.send(service(request, shared), to: socket) else { break }
    }
    ccf_close(socket)
    unsafe ccf_unmap(shared.baseAddress, shared.count)
  }
}

/// A thread of a cell, where there are no tasks.
private final class CellThread {
  private let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }

  /// Returns 0 or an error number.
  func start() -> Int32 {
    unsafe ccf_start_thread(Self.entry, Unmanaged.passRetained(self).toOpaque())
  }

  /// Returns when the body has ended: 0 or an error number.
  func run() -> Int32 {
    unsafe ccf_run_thread(Self.entry, Unmanaged.passRetained(self).toOpaque())
  }

  private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
    context in
    guard let context = unsafe context else { return nil }
    unsafe Unmanaged<CellThread>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
}
