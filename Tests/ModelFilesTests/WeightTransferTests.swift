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
      let stored = try StoredModel(catalog, model: nil, Model.reader)
      var options = WeightTransfer.Options()
      let all = try WeightTransfer(to: plan, from: stored, options)
      #expect(all.drawn.isEmpty && all.leftOver.isEmpty)
      options.drawing = WeightSelection([layer])
      let transfer = try WeightTransfer(to: plan, from: stored, options)
      #expect(Set(transfer.drawn) == Set(names.filter { $0.hasPrefix(layer + "/") }))
      #expect(Set(transfer.copied + transfer.drawn) == Set(names))
      options.drawing = WeightSelection(["nothing*"])
      do throws(ModelFileError) {
        _ = try WeightTransfer(to: plan, from: stored, options)
        Issue.record("a glob without a match was taken")
      } catch {
        #expect(error.kind == .usage)
        #expect(error.description == "--only: no layer or weight is called nothing*")
      }
    }
  }

  /// A transfer from one fixture of moves into another.
  private func transfer(
    _ file: String, to model: String, _ options: WeightTransfer.Options = .init()
  ) throws(ModelFileError) -> WeightTransfer {
    func input(_ name: String) -> InputSource { .path(Fixtures.url("weights/moves/\(name)").path) }
    let plan = try ArchitectureInput(input(model), .init(), Model.reader).plan(seed: 9, backend: .standard)
    let catalog = try Model.reader.catalog(input(file))
    let stored = try StoredModel(catalog, model: nil, allowsMismatch: true, Model.reader)
    return try WeightTransfer(to: plan, from: stored, options)
  }

  @Test(arguments: ["lstms.keras", "lstms.h5"])
  func `cells of equal names are told apart, and names that Keras made do not matter`(file: String) throws {
    let same = try transfer(file, to: "lstms.json")
    #expect(same.copied.count == 8 && same.drawn.isEmpty && same.renamed.isEmpty)
    let again = try transfer(file, to: "again.json")
    #expect(again.copied.count == 8 && again.drawn.isEmpty)
    #expect(
      again.renamed.map { "\($0.file) -> \($0.model)" }
        == ["lstm -> lstm_2", "lstm_1 -> lstm_3", "time_distributed -> time_distributed_1"])
  }

  @Test func `what was frozen in the file does not matter`() throws {
    for model in ["unfrozen.json", "renamed.json"] {
      var options = WeightTransfer.Options()
      if model == "renamed.json" {
        options.renames = [
          ("features/c1", "features/first"), ("features/c2", "features/second"),
          ("features/b*", "features/n*"),
        ].compactMap { LayerRename("\($0)=\($1)") }
      }
      let moved = try transfer("part_frozen.h5", to: model, options)
      #expect(moved.drawn.isEmpty && moved.leftOver.isEmpty, "\(model): \(moved.drawn)")
    }
    let unnamed = try transfer("part_frozen.h5", to: "renamed.json")
    #expect(unnamed.copied == ["head/kernel", "head/bias"])
    #expect(unnamed.leftOver.count == 12)
  }

  @Test func `a model moves into one that it is a part of`() throws {
    let moved = try transfer("backbone.keras", to: "classifier.json")
    #expect(
      moved.copied.sorted() == ["one/bias", "one/kernel", "two/bias", "two/kernel"].map { "backbone/\($0)" })
    #expect(moved.drawn == ["head/kernel", "head/bias"])
  }

  @Test func `copying nothing is an error, unless it is allowed`() throws {
    do throws(ModelFileError) {
      _ = try transfer("backbone.keras", to: "other.json")
      Issue.record("nothing was copied, and nobody said so")
    } catch {
      #expect(error.kind == .mismatch)
      #expect(error.reason.contains("--rename OLD=NEW"))
    }
    var options = WeightTransfer.Options()
    options.allowsNone = true
    #expect(try transfer("backbone.keras", to: "other.json", options).copied.isEmpty)
    options.renames = [LayerRename("one=uno"), LayerRename("two=due")].compactMap(\.self)
    #expect(try transfer("backbone.keras", to: "other.json", options).drawn.isEmpty)
    options.renames = [LayerRename("nine=uno")].compactMap(\.self)
    do throws(ModelFileError) {
      _ = try transfer("backbone.keras", to: "other.json", options)
      Issue.record("a renaming that meets nothing was taken")
    } catch {
      #expect(error.kind == .usage)
    }
  }

  @Test(arguments: ["", "a", "=b", "a=", "a=b=c", "**=a", "a=*", "a*=**"])
  func `a renaming that makes no sense is none`(text: String) {
    #expect(LayerRename(text) == nil)
  }
}
