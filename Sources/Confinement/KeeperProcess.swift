internal import CConfinement

/// What runs in the keeper's process.
@safe struct KeeperProcess {
  enum Request: Int {
    case start, wait
  }

  let socket: Int32
  let prepare: @Sendable () -> Void
  let makeService: @Sendable ([UInt8]) -> CellKeeper.Service

  /// Starts cells until the process that it belongs to is gone.
  func run() -> Never {
    prepare()
    while let (request, descriptors) = CellMessage.receive(from: socket, descriptorLimit: 2) {
      guard let reply = answer(request, descriptors), CellMessage.send(reply.bytes, to: socket)
      else { break }
    }
    ccf_exit(0)
  }

  private func answer(_ request: [UInt8], _ descriptors: [Int32]) -> WireWriter? {
    var reader = WireReader(request)
    guard let kind = (try? reader.readInt()).flatMap(Request.init), let first = try? reader.readSize() else {
      return nil
    }
    var reply = WireWriter()
    switch kind {
    case .start:
      guard let control = descriptors.first, let seconds = try? reader.readSize(),
        let settings = try? reader.readBytes()
      else { return nil }
      ccf_reap()
      let process = ccf_fork()
      if process == 0 {
        unsafe CellProcess.run(
          control: control, CellLimits(memory: first, processorSeconds: seconds)
        ) { unsafe makeService(settings) }
      }
      ccf_close(control)
      reply.write(Int(process))
    case .wait:
      var ending = ccf_ending()
      // It has closed its sockets. If it does anything else, it does not what it should.
      ccf_kill(Int32(clamping: first))
      _ = unsafe ccf_wait(Int32(clamping: first), &ending)
      reply.write(Int(ending.signal))
      reply.write(Int(clamping: ending.peak_memory))
    }
    return reply
  }
}
