import Tensors
import Testing

@testable import AuditReports
@testable import WeightAudit

@Suite struct LayoutTests {
  private func kernel(_ layer: String) throws -> AuditedTensor {
    AuditedTensor(
      AuditedTensor.Name(path: "\(layer)/kernel:0", layer: layer, variable: "kernel"),
      spec: try TensorSpec(path: layer, shape: Shape([3, 3, 64, 128]), dtype: .float32), role: .kernel,
      model: .init(
        declaration: TensorDeclaration(
          initializer: "VarianceScaling(scale=2.0, mode=fan_in, distribution=truncated_normal)",
          expectations: [])),
      measurements: TensorMeasurements())
  }

  private func report() throws -> AuditReport {
    let layer = "block_with_a_long_name_1/inner_block_with_a_long_name/convolution"
    let finding = Finding(
      RuleCatalog.descriptors[0], at: .layer("dense"),
      "its values are those of another kernel, which has many words to say about itself and about all the others"
    )
    let file = FileReport(
      path: "models/of/some/length/model.h5",
      container: .init(format: "h5", kerasVersion: "3.15.1", iterations: 20_000),
      content: .init(
        tensors: [try kernel(layer), try kernel("dense")],
        signals: (0..<200).map { LayerSignal(layer: "l\($0)", forward: 1, gradient: 0.5) }),
      findings: [ReportedFinding(finding, id: "0", suppression: nil, isNew: true)],
      skipped: [
        .init(
          tensor: layer, reason: "weights only: pass --model ARCH to check declared values", isPartial: true)
      ])
    let healthy = FileReport(
      path: file.path, container: file.container, content: .init(tensors: file.tensors), findings: [],
      skipped: file.skipped)
    return AuditReport(files: [file, healthy], version: "1.0.0")
  }

  @Test(arguments: [40, 60, 80, 100, 140])
  func `lines keep to the width and break between words`(width: Int) throws {
    var options = RenderOptions()
    let report = try report()
    options.width = 100_000
    let words = Set(TextRenderer.render(report, options).split(whereSeparator: \.isWhitespace))
    options.width = width
    for line in TextRenderer.render(report, options).split(separator: "\n") {
      // A word may be longer than the line, and the other columns of the table may be.
      let isTable = line.contains("…") || line.contains("×") || line.contains("convolution")
      #expect(
        line.count <= width || line.split(separator: " ").count == 1 || (isTable && width < 80), "\(line)")
      if !isTable, !line.contains("▄") {
        for word in line.split(separator: " ") { #expect(words.contains(word), "\(word)") }
      }
    }
  }

  @Test func `escape sequences change nothing but colors`() throws {
    var options = RenderOptions()
    let plain = TextRenderer.render(try report(), options)
    options.usesColor = true
    let colored = TextRenderer.render(try report(), options)
    #expect(colored.contains("\u{1B}[1;32m✓\u{1B}[0m "))
    #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
  }
}
