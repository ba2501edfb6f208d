import RandomStreams
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Draws streams into a block of 1 MiB again and again, as `wtool init` does, but writes nothing. Prints a line for each:
/// backend, distribution, instruction set, seconds of processor time for each gigabyte of float32. Arguments name the backends
/// and instruction sets that are wanted; else all of them are drawn from with the best.
@main struct StreamBench {
  private static let count = 1 << 26
  private static let runs = 3

  static func main() throws {
    let distributions: [(name: String, value: Distribution)] = [
      ("uniform", .uniform(lower: -0.05, upper: 0.05)),
      ("normal", .normal(mean: 0, standardDeviation: 0.05)),
      ("truncated", .truncatedNormal(mean: 0, standardDeviation: 0.05)),
    ]
    let wanted = CommandLine.arguments.dropFirst()
    let backends = Backend.allCases.filter { wanted.contains($0.rawValue) }
    let available = StreamKernels.InstructionSet.allCases.filter { StreamKernels($0) != nil }
    let named = available.filter { wanted.contains($0.rawValue) }
    let sets = named.isEmpty ? available.suffix(1) : named
    for backend in backends.isEmpty ? Backend.allCases : backends {
      for distribution in distributions {
        for set in sets {
          guard let kernels = StreamKernels(set) else { continue }
          let draw = RandomDraw(distribution.value, seed: StreamSeed(1), dtype: .float32, count: count)
          // The first run fills caches and tables.
          let times = try (0...runs).map { _ in try seconds(backend.source(of: draw, kernels: kernels)) }
          let median = times.dropFirst().sorted()[runs / 2]
          print(backend.rawValue, distribution.name, set.rawValue, median / (4e-9 * Double(count)))
        }
      }
    }
  }

  /// How long one processor draws the whole tensor.
  private static func seconds(_ source: TensorSource) throws -> Double {
    var filler = try source.sequence()
    let partition = BlockPartition(elementCount: count)
    let buffer = UnsafeMutableRawBufferPointer.allocate(
      byteCount: BlockPartition.elementsPerBlock * 4, alignment: 64)
    defer { buffer.deallocate() }
    let start = processorTime
    for block in 0..<partition.count {
      let range = partition[block]
      var span = UnsafeMutableRawBufferPointer(rebasing: buffer[..<(range.count * 4)]).mutableBytes
      try filler.fill(range, into: &span)
    }
    return processorTime - start
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
