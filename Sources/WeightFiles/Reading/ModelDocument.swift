import Failures
internal import HDF5

/// The description of a model, from wherever a user may have it.
package struct ModelDocument: Sendable {
  /// The text, UTF-8: JSON, or YAML of a file.
  package var text: [UInt8]
  /// The Keras version that the surrounding file names.
  package let kerasVersion: String?
  /// The Keras backend that the surrounding file names.
  package var backend: String?
  /// The JSON text of how the model was compiled, in the `training_config` of a whole-model HDF5 file.
  package let training: [UInt8]?
  /// Whether the text is the file itself, so that lines and columns mean something to its author.
  package let isFile: Bool

  package init(
    text: [UInt8], kerasVersion: String?, backend: String? = nil, training: [UInt8]? = nil, isFile: Bool
  ) {
    self.training = training
    self.text = text
    self.kerasVersion = kerasVersion
    self.backend = backend
    self.isFile = isFile
  }

  /// The same where the text is no file whose lines and columns mean something.
  ///
  /// - Parameter version: the Keras version that stands beside the description, if any.
  /// - Returns: the document.
  package func withoutPlaces(kerasVersion version: String?) -> ModelDocument {
    ModelDocument(
      text: text, kerasVersion: version ?? kerasVersion, backend: backend, training: training, isFile: false)
  }

  /// Whether it begins as JSON of an object does.
  package var startsAsJSON: Bool { text.first { !($0 == 32 || (9...13).contains($0)) } == UInt8(ascii: "{") }

  /// Reads a JSON file, the `model_config` of a whole-model HDF5 file or the `config.json` of a `.keras`
  /// archive.
  package static func read(
    _ source: InputSource, _ parsing: FileParsing = FileParsing()
  ) throws(WeightFileError) -> ModelDocument {
    try OpenedFile(source, parsing).document()
  }

  /// The contents of a text file.
  package static func text(
    _ source: InputSource, _ limits: ReadingLimits = ReadingLimits()
  ) throws(WeightFileError) -> [UInt8] {
    try InputFile(source, limits).view.readAll(limits)
  }

  /// Reads the `model_config` of a whole-model HDF5 file.
  init(hdf5 view: FileView, _ limits: ReadingLimits) throws(WeightFileError) {
    let config, version, backend, training: HDF5AttributeValue?
    do throws(HDF5Error) {
      (config, version, backend, training) = try HDF5Session.run { session throws(HDF5Error) in
        try session.readFile(HDF5FileView(view), named: view.name) { root throws(HDF5Error) in
          (
            try root.attribute("model_config"), try root.attribute("keras_version"),
            try root.attribute("backend"), try root.attribute("training_config")
          )
        }
      }
    } catch {
      throw WeightFileError(in: view.name, error)
    }
    guard case .string(let text)? = config else {
      throw WeightFileError(
        .notFound, in: view.name,
        "the HDF5 file has no `model_config`: it holds weights only, and an architecture is needed")
    }
    try limits.checkText(Int64(text.utf8.count), "`model_config`", in: view.name)
    let kerasVersion: String? = if case .string(let version)? = version { version } else { nil }
    let backendName: String? = if case .string(let backend)? = backend { backend } else { nil }
    let trainingText: String? = if case .string(let training)? = training { training } else { nil }
    try limits.checkText(Int64(trainingText?.utf8.count ?? 0), "`training_config`", in: view.name)
    self.init(
      text: Array(text.utf8), kerasVersion: kerasVersion, backend: backendName,
      training: trainingText.map { Array($0.utf8) }, isFile: false)
  }
}
