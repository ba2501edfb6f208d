package import Foundation

/// The files under `fixtures`.
package enum Fixtures {
  /// The root of the package.
  package static let packageDirectory = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  package static func url(_ path: String) -> URL { packageDirectory.appending(path: "fixtures/\(path)") }

  package static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: url(path))) }

  /// The folders in a folder, sorted.
  package static func folders(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: url(folder).path)) ?? []
    return files.filter { !$0.hasPrefix(".") }.sorted()
  }

  /// The names, without extension, of the files in a folder, sorted.
  package static func names(in folder: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: url(folder).path)) ?? []
    return files.map { URL(filePath: $0).deletingPathExtension().lastPathComponent }.sorted()
  }
}
