import Foundation
import ModelFiles
import OrderedJSON
import TestSupport
import Testing
import WeightFiles

@Suite("Differences of two files") struct WeightDifferenceTests {
  private func layers(_ names: [String], seeds: [Int]) -> String {
    let layers = zip(names, seeds).map { name, seed in
      #"{"class_name": "Dense", "name": "\#(name)", "units": 4, "kernel_initializer": {"class_name": "HeNormal", "config": {"seed": \#(seed)}}}"#
    }
    return #"{"input_shape": [4], "layers": [\#(layers.joined(separator: ", "))]}"#
  }

  private func difference(_ first: InputSource, _ second: InputSource) async throws -> WeightDifference {
    let (one, other) = (try Model.reader.catalog(first), try Model.reader.catalog(second))
    return try await WeightDifference(
      one, other, try TensorPair.pairs(one, other, model: nil, Model.reader), workers: 2)
  }

  @Test("renamed layers are found by their values, each once") func renamed() async throws {
    try await withTemporaryDirectory { directory in
      let names = (0..<40).map { "layer\($0)" }
      // Two layers have equal values: the first is paired with the first.
      let seeds = (0..<40).map { $0 == 7 ? 3 : $0 }
      let first = try await Model.write(
        try Model.write(json: layers(names, seeds: seeds), to: directory.appending(path: "a.json")),
        to: directory.appending(path: "a.h5"))
      let second = try await Model.write(
        try Model.write(
          json: layers(names.map { "new_\($0)" }, seeds: seeds), to: directory.appending(path: "b.json")),
        to: directory.appending(path: "b.h5"))
      let difference = try await difference(first, second)
      let kernels = difference.entries.filter { $0.name.hasSuffix("kernel") }
      #expect(kernels.count == 40)
      for (index, entry) in kernels.enumerated() {
        #expect(entry.kind == .renamed(to: "new_layer\(index)/kernel"), "\(entry)")
      }
      #expect(!difference.isEqual)
      #expect(DiffReport(difference, "a", "b").json["schema"] == "wtool-diff-1")
    }
  }

  @Test("a layer with other values is missing, not renamed") func missing() async throws {
    try await withTemporaryDirectory { directory in
      let first = try await Model.write(
        try Model.write(json: layers(["a"], seeds: [1]), to: directory.appending(path: "a.json")),
        to: directory.appending(path: "a.h5"))
      let second = try await Model.write(
        try Model.write(json: layers(["b"], seeds: [2]), to: directory.appending(path: "b.json")),
        to: directory.appending(path: "b.h5"))
      let kinds = try await difference(first, second).entries.map(\.kind)
      #expect(kinds.contains(.missing(inFirst: true)) && kinds.contains(.missing(inFirst: false)))
    }
  }

  @Test("files of different containers are compared through an architecture") func containers() async throws {
    try await withTemporaryDirectory { directory in
      let arch = Model.fixture("keras3/recurrent")
      let first = try await Model.write(arch, to: directory.appending(path: "a.keras"))
      let second = try await Model.write(arch, to: directory.appending(path: "b.h5"))
      let difference = try await difference(first, second)
      #expect(difference.isEqual)
      #expect(difference.entries.count == 17)
      #expect(DiffReport(difference, "a", "b").text(width: nil) == "17 weights are equal\n")
    }
  }
}
