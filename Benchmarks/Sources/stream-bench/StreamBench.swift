import RandomStreams

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Draws streams into a block of 1 MiB again and again, as `wtool init` does, but writes nothing.
///
/// Prints a line for each: backend, distribution, instruction set, seconds of processor time for each
/// gigabyte of float32. Arguments name the backends and instruction sets that are wanted; else all backends
/// are drawn from with the widest set.
@main struct StreamBench {
  private static let count = 1 << 26
  private static let runs = 3

  static func main() {
    let shapes: [(name: String, value: RandomStream.Shape)] = [
      ("uniform", .uniform(lower: -0.05, upper: 0.05)),
      ("normal", .normal(mean: 0, standardDeviation: 0.05)),
      ("truncated", .truncatedNormal(mean: 0, standardDeviation: 0.05)),
    ]
    let wanted = CommandLine.arguments.dropFirst()
    let backends = RandomStream.backends.filter(wanted.contains)
    let sets = RandomStream.instructionSets.filter(wanted.contains)
    for backend in backends.isEmpty ? RandomStream.backends : backends {
      for shape in shapes {
        for set in sets.isEmpty ? RandomStream.instructionSets.suffix(1) : sets {
          // The first run fills caches and tables.
          let times = (0...runs).compactMap { _ in
            RandomStream(backend: backend, shape.value, seed: 1, count: count, instructionSet: set).map(
              seconds)
          }
          let median = times.dropFirst().sorted()[runs / 2]
          print(backend, shape.name, set, median / (4e-9 * Double(count)))
        }
      }
    }
  }

  /// How long one processor draws the whole tensor.
  private static func seconds(_ stream: RandomStream) -> Double {
    var stream = stream
    let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1 << 18)
    defer { buffer.deallocate() }
    let start = processorTime
    while stream.next(into: buffer) > 0 {}
    return processorTime - start
  }

  private static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
