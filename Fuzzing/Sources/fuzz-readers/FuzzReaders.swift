import CLibFuzzer
import Glibc

/// Runs libFuzzer on one reader: `fuzz-readers READER [OPTION…] [CORPUS…]`, with libFuzzer's own options.
///
/// `fuzz-readers --replies FOLDER FILE…` writes what a cell answers about HDF5 files: seeds of the reader `wire`.
@main
struct FuzzReaders {
  static func main() {
    var arguments = CommandLine.arguments
    if arguments.count > 2, arguments[1] == "--replies" {
      for (index, file) in arguments[3...].enumerated() {
        writeReply(to: "\(arguments[2])/\(index)", about: file)
      }
      return
    }
    // A child process of `-fork=1` gets all arguments but the corpora, and finds the reader in the environment.
    if arguments.count > 1, Reader(rawValue: arguments[1]) != nil {
      setenv(Reader.variable, arguments.remove(at: 1), 1)
    }
    guard Reader.current != nil else {
      let names = Reader.allCases.map(\.rawValue).joined(separator: ", ")
      print("usage: fuzz-readers READER [OPTION…] [CORPUS…]; readers: \(names)")
      exit(2)
    }
    // libFuzzer keeps the arguments until the process ends.
    let storage = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: arguments.count + 1)
    for (index, argument) in arguments.enumerated() { storage[index] = strdup(argument) }
    storage[arguments.count] = nil
    var count = Int32(arguments.count)
    var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = storage
    exit(
      LLVMFuzzerRunDriver(&count, &list) { data, size in
        Reader.current?.run(Array(UnsafeBufferPointer(start: data, count: size)))
        return 0
      })
  }
}

/// Changes an input: half of those that are HDF5 or ZIP where their structures are, all others as libFuzzer does.
@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ data: UnsafeMutablePointer<UInt8>, _ size: Int, _ maximum: Int, _ seed: UInt32) -> Int {
  if seed & 1 == 0, let signatures = Reader.current?.signatures, size > 8 {
    var mutator = StructureMutator(seed: seed, signatures: signatures)
    if mutator.change(UnsafeMutableBufferPointer(start: data, count: size)) { return size }
  }
  return LLVMFuzzerMutate(data, size, maximum)
}
