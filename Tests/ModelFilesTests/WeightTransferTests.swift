import Failures
import Foundation
import Initialization
import KerasArchitecture
import ModelFiles
import RandomStreams
import TestSupport
import Testing
import WeightFiles

@Suite("Weights copied from another file") struct WeightTransferTests {
  @Test("what is named is drawn, the rest is copied") func only() async throws {
    try await withTemporaryDirectory { directory in
      let arch = Model.fixture("keras3/mlp")
      let file = try await Model.write(arch, to: directory.appending(path: "a.h5"))
      let catalog = try Model.reader.catalog(file)
      let plan = try ArchitectureInput(arch, .init(), Model.reader).plan(seed: 9, backend: .standard)
      let names = plan.architecture.namedWeights.map(\.name)
      let layer = try #require(names.first?.split(separator: "/").first.map(String.init))
      let transfer = try WeightTransfer(to: plan, from: catalog, drawing: WeightSelection([layer]))
      #expect(Set(transfer.drawn) == Set(names.filter { $0.hasPrefix(layer + "/") }))
      #expect(Set(transfer.copied + transfer.drawn) == Set(names))
      let all = try WeightTransfer(to: plan, from: catalog, drawing: WeightSelection([]))
      #expect(all.drawn.isEmpty)
      do throws(ModelFileError) {
        _ = try WeightTransfer(to: plan, from: catalog, drawing: WeightSelection(["nothing*"]))
        Issue.record("a glob without a match was taken")
      } catch {
        #expect(error.kind == .usage)
        #expect(error.description == "--only: no layer or weight is called nothing*")
      }
    }
  }
}
