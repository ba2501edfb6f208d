internal import CConfinement

/// What runs in a cell's process.
enum CellProcess {
  enum Control: Int {
    /// A file that requests are about; the answer is the number that it has here.
    case attach
    /// A socket for requests, and memory for what is too large for an answer.
    case open
  }

  /// Answers requests until nobody asks any more.
  static func run(
    control: Int32, _ limits: CellLimits, _ makeService: () -> CellKeeper.Service
  ) -> Never {
    var rights = ccf_limits(
      memory: UInt64(limits.memory), processor_seconds: UInt64(limits.processorSeconds))
    _ = unsafe ccf_confine(control, &rights)
    let control: Int32 = 3
    let service = unsafe makeService()
    while let (request, descriptors) = CellMessage.receive(from: control, descriptorLimit: 2) {
      var reader = WireReader(request)
      guard let kind = (try? reader.readInt()).flatMap(Control.init) else { break }
      var reply = WireWriter()
      switch kind {
      case .attach:
        reply.write(Int(descriptors.first ?? -1))
      case .open:
        guard descriptors.count == 2, let size = try? reader.readSize(),
          let memory = unsafe ccf_map(descriptors[1], size)
        else { ccf_exit(1) }
        ccf_close(descriptors[1])
        let shared = unsafe UnsafeMutableRawBufferPointer(start: memory, count: size)
        let worker = unsafe CellWorker(socket: descriptors[0], shared: shared, service: service)
        reply.write(Int(worker.start()))
      }
      guard CellMessage.send(reply.bytes, to: control) else { break }
    }
    ccf_exit(0)
  }
}

/// A thread of a cell that answers the requests of one channel.
///
/// The memory is mapped until the thread ends.
@safe private final class CellWorker {
  private let socket: Int32
  private let shared: UnsafeMutableRawBufferPointer
  private let service: CellKeeper.Service

  init(socket: Int32, shared: UnsafeMutableRawBufferPointer, service: @escaping CellKeeper.Service) {
    self.socket = socket
    unsafe self.shared = unsafe shared
    unsafe self.service = unsafe service
  }

  /// Returns 0 or an error number.
  func start() -> Int32 {
    let context = unsafe Unmanaged.passRetained(self)
    return unsafe ccf_start_thread(
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<CellWorker>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, unsafe context.toOpaque())
  }

  private func run() {
    while let (request, _) = CellMessage.receive(from: socket) {
      guard unsafe CellMessage.send(service(request, shared), to: socket) else { break }
    }
    ccf_close(socket)
    unsafe ccf_unmap(shared.baseAddress, shared.count)
  }
}
