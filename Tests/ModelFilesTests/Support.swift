import Foundation
import Initialization
import ModelFiles
import RandomStreams
import Tensors
import TestSupport
import WeightFiles

/// Files for tests, written without a process.
enum Model {
  static let reader = FileReader()

  static func fixture(_ name: String) -> InputSource {
    .path(Fixtures.url("architectures/\(name).json").path)
  }

  /// Writes a model's weights and returns the file.
  @discardableResult
  static func write(
    _ architecture: InputSource, seed: UInt64 = 3, to file: URL
  ) async throws -> InputSource {
    let plan = try ArchitectureInput(architecture, .init(), reader).plan(seed: seed, backend: .standard)
    return try await write(plan, plan.sources, to: file)
  }

  /// Writes a planned model with the given values and returns the file.
  @discardableResult
  static func write(
    _ plan: WeightPlan, _ sources: [Int: TensorSource], to file: URL
  ) async throws -> InputSource {
    let contents = ContainerContents(plan, toolVersion: "0")
    let name = file.lastPathComponent
    let format = try requireValue(LayoutCatalog.format(for: name))
    let layout = try format.layout(of: contents, LayoutOptions(fileName: name))
    try await ContainerWriter(workers: 2).write(
      layout, sources: sources, to: .path(file.path), replaces: true)
    return .path(file.path)
  }

  static func write(json: String, to file: URL) throws -> InputSource {
    try Data(json.utf8).write(to: file)
    return .path(file.path)
  }
}

struct MissingValue: Error {}

func requireValue<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw MissingValue() }
  return value
}
