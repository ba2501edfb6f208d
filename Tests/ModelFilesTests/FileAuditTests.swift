import AuditReports
import Foundation
import ModelFiles
import TestSupport
import Testing
import WeightAudit
import WeightFiles

@Suite("The audit of a file") struct FileAuditTests {
  private func report(
    _ source: InputSource, _ change: (inout FileAudit.Options) -> Void = { _ in }
  ) async -> FileReport {
    var options = FileAudit.Options()
    options.workers = 2
    change(&options)
    let review = FileAudit.Review(
      isWanted: { _ in true },
      reported: { $0.map { ReportedFinding($0, id: "id", suppression: nil, isNew: true) } })
    return await FileAudit(options, review, Model.reader).report(source)
  }

  @Test("a healthy file has its tensors, state and signals, and no findings") func healthy() async throws {
    try await withTemporaryDirectory { directory in
      let file = try await Model.write(Model.fixture("keras3/mlp"), to: directory.appending(path: "a.h5"))
      let report = await report(file)
      #expect(report.failure == nil)
      #expect(report.findings.filter { $0.finding.severity > .note }.isEmpty)
      #expect(report.state?.value == .fresh)
      #expect(!report.tensors.isEmpty && !report.signals.isEmpty && report.skipped.isEmpty)
    }
  }

  @Test("weights alone say what would help") func weightsOnly() async throws {
    try await withTemporaryDirectory { directory in
      let file = try await Model.write(
        Model.fixture("keras3/mlp"), to: directory.appending(path: "a.weights.h5"))
      let report = await report(file)
      #expect(report.skipped.allSatisfy { $0.isPartial })
      #expect(
        Set(report.skipped.map(\.reason)) == ["weights only: pass --model ARCH to check declared values"])
      let named = await self.report(file) { $0.model = Model.fixture("keras3/mlp") }
      #expect(named.skipped.isEmpty)
    }
  }

  @Test("an architecture is judged by its declarations") func declarations() async throws {
    try await withTemporaryDirectory { directory in
      let json =
        #"{"input_shape": [16], "layers": [{"class_name": "Dense", "name": "a", "units": 8, "activation": "relu", "kernel_initializer": "zeros"}, {"class_name": "Dense", "units": 2}]}"#
      let file = try Model.write(json: json, to: directory.appending(path: "a.json"))
      let report = await report(file)
      #expect(report.container.format == "architecture")
      #expect(report.findings.contains { $0.finding.layer == "a" && $0.finding.severity > .note })
    }
  }

  @Test("declarations at the ends of what a number can be are drawn in every format") func extremes()
    async throws
  {
    try await withTemporaryDirectory { directory in
      let json =
        #"{"input_shape": [12], "layers": [{"class_name": "Dense", "units": 16, "dtype": "float64", "kernel_initializer": {"class_name": "RandomUniform", "config": {"minval": -1.7e308, "maxval": 1.7e308}}}]}"#
      let file = try Model.write(json: json, to: directory.appending(path: "a.json"))
      let report = await report(try await Model.write(file, to: directory.appending(path: "a.h5")))
      #expect(report.tensors.count == 2)
      for renderer in RendererCatalog.all {
        let text = renderer.render(AuditReport(files: [report], version: "0"), RenderOptions())
        #expect(!text.isEmpty, "\(renderer.name)")
      }
    }
  }

  @Test("what cannot be read is a failure with the file's name") func unreadable() async throws {
    let report = await report(.path("/nowhere/a.h5"))
    #expect(report.failure?.hasPrefix("/nowhere/a.h5: ") == true)
  }
}
