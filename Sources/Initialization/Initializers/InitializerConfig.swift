import KerasArchitecture
import OrderedJSON
import Tensors
import Text

/// An initializer's configuration while it is read.
package struct InitializerConfig {
  let declaration: InitializerDeclaration
  let generation: KerasGeneration

  init(_ declaration: InitializerDeclaration, generation: KerasGeneration) {
    self.declaration = declaration
    self.generation = generation
  }

  func error(_ reason: String) -> ArchitectureError {
    declaration.place.error(reason, at: declaration.pointer)
  }

  /// The value of a key; `nil` if it is absent or null.
  subscript(_ key: String) -> JSONValue? {
    guard let value = declaration.config[key], !value.isNull else { return nil }
    return value
  }

  /// Refuses keys that Keras's constructor does not take.
  func allow(_ keys: [String]) throws(ArchitectureError) {
    for key in declaration.config.keys where !keys.contains(key) {
      // tf.keras 1 wrote the type of the values, and other versions may write more.
      guard generation.isKeras3 else { continue }
      let hint = NearestSpelling.hint(for: key, in: keys)
      throw error("\(declaration.className) takes no `\(key.clipped)`\(hint)")
    }
  }

  func double(_ key: String, default value: Double) throws(ArchitectureError) -> Double {
    guard let field = self[key] else { return value }
    guard let value = field.doubleValue, value.isFinite else {
      throw error("`\(key)` must be a finite number; found \(field.pythonText().clipped)")
    }
    return value
  }

  /// One of several words, in any case of letters.
  ///
  /// - Parameters:
  ///   - key: the field.
  ///   - value: the choice if the field is absent.
  ///   - aliases: words that are accepted beside the raw values.
  /// - Returns: the choice.
  /// - Throws: if the field is none of the words.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, default value: Choice, aliases: KeyValuePairs<String, Choice> = [:]
  ) throws(ArchitectureError) -> Choice {
    guard let field = self[key] else { return value }
    let word = field.stringValue?.lowercased()
    if let word, let choice = Choice(rawValue: word) { return choice }
    if let alias = aliases.first(where: { $0.key == word }) { return alias.value }
    let words = Choice.allCases.map(\.rawValue) + aliases.map(\.key)
    throw error(
      "`\(key)` must be one of \(words.map { "\"\($0)\"" }.joined(separator: ", ")); "
        + "found \(field.pythonText().clipped)")
  }

  func bool(_ key: String, default value: Bool) throws(ArchitectureError) -> Bool {
    guard let field = self[key] else { return value }
    guard let value = field.boolValue else {
      throw error("`\(key)` must be true or false; found \(field.pythonText().clipped)")
    }
    return value
  }
}
