import Testing

@testable import KerasArchitecture

/// The folders of the target form layers: each uses only those before it.
@Suite struct FolderTests {
  /// From the left to the right.
  private static let folders = ["Vocabulary", "Layers", "Models", "Reading"]

  @Test func `every file is in a folder`() throws {
    for file in try SourceScan.kerasArchitecture.get().files {
      #expect(Self.folders.contains(file.folder), "\(file.path)")
    }
  }

  @Test func `no folder uses a type of a later one`() throws {
    let scan = try SourceScan.kerasArchitecture.get()
    #expect(scan.declarations.count > 100)
    for (rank, folder) in Self.folders.enumerated() {
      let later = scan.declarations.filter { Self.folders[(rank + 1)...].contains($0.file.folder) }
      for file in scan.files where file.folder == folder {
        let used = SourceScan.typeNames(in: file.code)
        for type in later where used.contains(type.name) {
          Issue.record("\(file.path) uses \(type.name), which \(type.file.path) declares")
        }
      }
    }
  }

  @Test func `no type name is declared twice`() throws {
    let scan = try SourceScan.kerasArchitecture.get()
    let names = Dictionary(grouping: scan.declarations, by: \.name).filter { $0.value.count > 1 }
    #expect(names.keys.sorted() == [])
  }

  @Test func `no folder has more than ten files of its own`() throws {
    for target in ["KerasArchitecture", "SignalGraph"] {
      let files = try SourceScan(target: target).files
      let folders = Dictionary(grouping: files) {
        $0.path.split(separator: "/").dropLast().joined(separator: "/")
      }
      for (folder, files) in folders { #expect(files.count <= 10, "\(target)/\(folder)") }
    }
  }

  @Test func `a file is named after a type that it declares or extends`() throws {
    for file in try SourceScan.kerasArchitecture.get().files {
      let name = file.path.split(separator: "/").last?.split(separator: ".").first?.split(separator: "+")
        .first
      #expect(SourceScan.typeNames(in: file.code).contains(String(name ?? "")), "\(file.path)")
    }
  }

  @Test(arguments: [
    ("let a = 1 // Dense", "let a = 1 "),
    ("a /* Dense */ b", "a  b"),
    (#"let a = "Dense \"" + b"#, "let a =   + b"),
    (#"let a = "Dense \(Conv("Dense")) Dense""#, "let a =  Conv( )"),
    ("let a = #\"Dense \\(Dense) \\#(Conv)\"#", "let a =  Conv"),
    ("let a = \"\"\"\n  Dense \"Dense\"\n  \"\"\"\nb", "let a =  \nb"),
  ])
  func `comments and strings are not code`(text: String, code: String) {
    #expect(SourceScan.code(of: text) == code)
  }
}
