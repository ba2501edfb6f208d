internal import SystemPackage

/// A file of text that appears whole or not at all, and replaces what was there.
package enum ReportFile {
  package static func write(_ text: String, to name: String) throws(WeightFileError) {
    let file = try StagedFile.create(name, replaces: true)
    do { try file.descriptor.writeAll(text.utf8) } catch {
      throw WeightFileError(file: name, "cannot write: \(error)")
    }
    try file.commit()
  }
}
