import KerasArchitecture
import OrderedJSON
import RandomStreams
import TestSupport
import Testing

@testable import Initialization

@Suite("The order in which a script makes layers") struct ConstructionOrderTests {
  /// A model of dense layers, with a model inside.
  private func architecture() throws -> Architecture {
    func dense(_ name: String) -> JSONValue {
      [
        "module": "keras.layers", "class_name": "Dense", "registered_name": .null,
        "config": ["name": .string(name), "units": 4, "kernel_initializer": "glorot_uniform"],
      ]
    }
    func model(_ name: String, _ layers: [JSONValue]) -> JSONValue {
      let input: JSONValue = [
        "module": "keras.layers", "class_name": "InputLayer", "registered_name": .null,
        "config": ["name": "input", "batch_shape": [.null, 4]],
      ]
      return [
        "module": "keras", "class_name": "Sequential", "registered_name": .null,
        "config": ["name": .string(name), "layers": .array([input] + layers)],
      ]
    }
    return try ArchitectureReader.read(
      model(
        "outer",
        [
          dense("conv_1_conv"), dense("conv_0_conv"),
          model("resnet50", [dense("a_1_conv"), dense("a_0_conv")]),
          model("tail", [dense("a_1_conv")]),
        ]
      ))
  }

  /// The layers in the order of the seeds that they get.
  private func drawn(_ order: ConstructionOrder?) throws -> [String] {
    let architecture = try architecture()
    let plan = try PlanBuilder.plan(architecture, seed: 1, backend: .tensorflow, order: order)
    var random = PythonRandom(seed: 1)
    let seeds = (0..<5).map { _ in StreamSeed(random.nextKerasSeed()) }
    var names: [(Int, String)] = []
    for node in architecture.model.allNodes {
      for weight in node.ownWeights {
        guard let seed = plan.weights[weight.creationIndex]?.seed, let index = seeds.firstIndex(of: seed)
        else { continue }
        names.append((index, node.name))
      }
    }
    return names.sorted { $0.0 < $1.0 }.map(\.1)
  }

  @Test func `seeds follow the description, a list, or the scripts of Keras`() throws {
    let architecture = try architecture()
    #expect(try drawn(nil) == ["conv_1_conv", "conv_0_conv", "a_1_conv", "a_0_conv", "a_1_conv"])
    // What is listed changes places, the rest stays.
    let listed = try ConstructionOrder(["resnet50/a_0_conv", "conv_1_conv"], of: architecture)
    #expect(try drawn(listed) == ["a_0_conv", "conv_0_conv", "a_1_conv", "conv_1_conv", "a_1_conv"])
    // The outer model is none of Keras's, so its layers stay.
    let applications = try ConstructionOrder(ofApplicationsIn: architecture)
    #expect(try drawn(applications) == ["conv_1_conv", "conv_0_conv", "a_0_conv", "a_1_conv", "a_1_conv"])
  }

  @Test(arguments: [
    (["nothing"], "no layer is called \"nothing\""), (["a_1_con"], "did you mean"),
    (["a_0_conv", "resnet50/a_0_conv"], "is listed twice"),
    (["a_1_conv"], "2 layers are called \"a_1_conv\"; expected a path, such as \"resnet50/a_1_conv\""),
  ])
  func `a list of other layers is refused`(names: [String], reason: String) throws {
    let architecture = try architecture()
    do throws(ConstructionOrderError) {
      _ = try ConstructionOrder(names, of: architecture)
      Issue.record("\(names) were taken")
    } catch {
      #expect(error.reason.contains(reason), "\(error.reason)")
    }
  }
}
