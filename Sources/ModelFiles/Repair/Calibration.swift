import Failures
package import Initialization
import KerasArchitecture
import OrderedJSON
import WeightAudit
import WeightFiles

/// Factors of drawn kernels, as a file of the model declares them.
package struct Calibration: Sendable {
  /// The root mean square that the outputs of kernels are predicted to have.
  package let target: Double
  /// By the names of the kernels, in the order of the model.
  package let factors: [(name: String, factor: Double)]

  /// The attribute of files that declares it.
  static let attributeName = "wtool_calibration"

  /// The factors that a model needs.
  ///
  /// - Parameters:
  ///   - plan: what is drawn.
  ///   - target: the root mean square of the outputs of linear maps.
  package init(of plan: WeightPlan, target: Double) {
    let factors = SignalCalibration.factors(in: WeightedGraph(plan), target: target)
    self.target = target
    self.factors = plan.architecture.namedWeights.compactMap { named in
      factors[named.weight].map { (named.name, $0) }
    }
  }

  /// - Parameters:
  ///   - text: the attribute.
  ///   - file: what the user calls the file that has it.
  /// - Throws: if it is none that wtool writes.
  init(_ text: String, of file: String) throws(ModelFileError) {
    let json = try? JSONParser.parse(text)
    guard let target = json?["target"]?.doubleValue, let factors = json?["factors"]?.objectValue else {
      throw Self.malformed(file)
    }
    self.target = target
    var read: [(String, Double)] = []
    for member in factors.members {
      guard let factor = member.value.doubleValue, factor > 0, factor.isFinite else {
        throw Self.malformed(file)
      }
      read.append((member.key, factor))
    }
    self.factors = read
  }

  private static func malformed(_ file: String) -> ModelFileError {
    ModelFileError(
      .malformed, in: file,
      "its attribute `\(attributeName)` is not what wtool writes; expected a target and positive factors")
  }

  var text: String {
    let members = factors.map { JSONObject.Member(key: $0.name, value: JSONValue($0.factor)) }
    let json: JSONValue = ["target": JSONValue(target), "factors": .object(JSONObject(members))]
    return json.pythonText()
  }

  /// The factors by the weights' indices in a model.
  func byIndex(in architecture: Architecture) -> [Int: Double] {
    let factors = Dictionary(factors.map { ($0.name, $0.factor) }) { first, _ in first }
    return Dictionary(
      uniqueKeysWithValues: architecture.namedWeights.compactMap { named in
        factors[named.name].map { (named.weight, $0) }
      })
  }

  /// A plan whose kernels are multiplied by the factors.
  package func applied(to plan: WeightPlan) -> WeightPlan {
    plan.scaled(by: byIndex(in: plan.architecture))
  }

  /// What was done, as a line.
  package var note: String {
    guard let least = factors.map(\.factor).min(), let largest = factors.map(\.factor).max() else {
      return "no kernel had to be calibrated"
    }
    return "\(factors.count) kernels are multiplied by factors from \(ReportNumber.short(least)) to "
      + "\(ReportNumber.short(largest)), so that their outputs are predicted to have a root mean square of "
      + ReportNumber.short(target)
  }
}

extension WeightCatalog {
  /// The factors that the file declares for its drawn kernels; `nil` if it declares none.
  func calibration() throws(ModelFileError) -> Calibration? {
    guard let text = calibrationText else { return nil }
    return try Calibration(text, of: name)
  }
}
