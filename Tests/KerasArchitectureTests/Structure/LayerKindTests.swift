import Foundation
import Testing

@testable import KerasArchitecture

/// The layer classes: which types there are, and that nobody asks which one a layer is.
@Suite struct LayerKindTests {
  /// Types that other layers make for themselves, so that no document names them.
  private static let madeByOthers: Set<String> = ["ConvolutionalLSTMCell", "ProjectionLayer"]

  /// The metatypes of a declaration, by its mangled name: of a generic type, those over the types that its
  /// constraint accepts.
  private func metatypes(_ declaration: SourceScan.Declaration, _ scan: SourceScan) -> [Any.Type] {
    func mangled(_ declaration: SourceScan.Declaration) -> String? {
      let suffixes: [SourceScan.Declaration.Keyword: String] = [.struct: "V", .class: "C", .enum: "O"]
      return suffixes[declaration.keyword].map { "\(declaration.name.count)\(declaration.name)\($0)" }
    }
    guard let name = mangled(declaration) else { return [] }
    let module = "17KerasArchitecture"
    guard declaration.isGeneric else { return [_typeByName(module + name)].compactMap(\.self) }
    return scan.declarations.filter { !$0.isGeneric }.compactMap(mangled).compactMap {
      _typeByName("\(module)\(name)yAA\($0)G")
    }
  }

  /// Names are read from the source, as Swift cannot list a protocol's conforming types; whether a type
  /// conforms is asked of the type.
  @Test func `every layer type is in the catalog`() throws {
    let scan = try SourceScan.kerasArchitecture.get()
    let listed = Set(LayerCatalog.all.map { String("\($0)".prefix { $0 != "<" }) })
    var found = 0
    for declaration in scan.declarations where ![.protocol, .typealias].contains(declaration.keyword) {
      let types = metatypes(declaration, scan)
      #expect(!types.isEmpty, "the type \(declaration.name) was not found")
      guard let kind = types.lazy.compactMap({ $0 as? any LayerKind.Type }).first else { continue }
      found += 1
      // What keeps the class name of the document stands for classes that have no names here.
      if kind.keepsDocumentClassName || Self.madeByOthers.contains(declaration.name) { continue }
      let isListed = listed.contains(declaration.name)
      #expect(isListed, "\(declaration.name) of \(declaration.file.path) is not in LayerCatalog")
    }
    #expect(found == listed.count + Self.madeByOthers.count + 3)
  }

  @Test func `no class name is claimed twice`() {
    for names in [
      LayerCatalog.all.flatMap { $0.classNames }, LayerCatalog.all.flatMap { $0.keras1ClassNames },
    ] {
      #expect(Set(names).count == names.count)
    }
    #expect(LayerCatalog.all.allSatisfy { !($0.classNames + $0.keras1ClassNames).isEmpty })
  }

  @Test func `the catalog is sorted`() {
    let names = LayerCatalog.all.map { "\($0)" }
    #expect(names == names.sorted())
  }

  /// What a layer is asked for is a requirement of `LayerKind`: nobody tests the type of a kind.
  @Test func `no code tests the type of a layer kind`() throws {
    let scan = try SourceScan.kerasArchitecture.get()
    let layers = Set(scan.declarations.filter { isLayerType($0, scan) }.map(\.name))
    #expect(layers.count > 80)
    for file in scan.files { #expect(typeTests(in: file.code, of: layers) == [], "\(file.path)") }
    #expect(typeTests(in: "if layer.kind is any LayerKind { }", of: layers) == ["is LayerKind"])
    #expect(typeTests(in: "(kind as?\n  Pooling<Rank1>)", of: layers) == ["as? Pooling"])
    #expect(
      typeTests(in: "case let dense as Dense: kind is Dense.Type", of: layers) == ["as Dense", "is Dense"])
    #expect(typeTests(in: "kind == Dense.self; type(of: kind)", of: layers) == ["== Dense", "type(of:"])
  }

  private func isLayerType(_ declaration: SourceScan.Declaration, _ scan: SourceScan) -> Bool {
    declaration.keyword == .protocol
      ? scan.isProtocol(declaration.name, refining: "LayerKind")
      : metatypes(declaration, scan).contains { $0 is any LayerKind.Type }
  }

  private func typeTests(in code: String, of layers: Set<String>) -> [String] {
    let casts = code.matches(of: /\b(is|as[?!]?)\s+\(?(?:any\s+|some\s+)?(\w+)/).map { ($0.1, $0.2) }
    let comparisons = code.matches(of: /([=!]=)\s*(\w+)(?:<[^>]*>)?\.self\b/).map { ($0.1, $0.2) }
    let dynamic = code.contains("type(of:") ? ["type(of:"] : []
    return (casts + comparisons).filter { layers.contains(String($0.1)) }.map { "\($0.0) \($0.1)" } + dynamic
  }
}

extension SourceScan {
  /// Whether a protocol is another one or refines it, by its declaration.
  fileprivate func isProtocol(_ name: String, refining base: String) -> Bool {
    if name == base { return true }
    guard let declaration = declarations.first(where: { $0.name == name && $0.keyword == .protocol }),
      let start = declaration.file.code.range(of: "protocol \(name):")?.upperBound
    else { return false }
    let clause = declaration.file.code[start...].prefix { $0 != "{" }
    return SourceScan.typeNames(in: String(clause)).contains { isProtocol($0, refining: base) }
  }
}
