import Testing

/// What a file says goes through `CheckedSize` before it is used.
///
/// The rule is kept by a scan of the targets that read files. A type cannot keep it: sizes are integers to
/// all who do not compute with them, and a compiler that refused their operators would refuse those of
/// indices too. A mark beside a line would be copied with the line. So arithmetic that is not recognized as
/// harmless (`RawArithmetic` says what is) is counted here file by file, with the reason why it cannot trap:
/// whoever adds an operator uses `CheckedSize`, or comes here and says why not.
@Suite("Arithmetic on what files say") struct ArithmeticRuleTests {
  /// The folders whose code reads files, or computes with what was read.
  private static let scanned = [
    "AuditPolicy", "AuditReports", "HDF5", "Initialization", "KerasArchitecture", "ModelFiles", "OrderedJSON",
    "Tensors", "WeightAudit/Measuring/UnitLayout.swift", "WeightAudit/Model", "WeightFiles/Layout",
    "WeightFiles/Parsing", "WeightFiles/Reading", "Confinement", "YAML",
  ]

  /// What only loops over values that are there: its ranges come from a `Shape`, which limits the product of
  /// any sizes of a tensor, and checks would end vectorization. The rest of `WeightAudit`, `SignalGraph` and
  /// `RandomStreams` are of that kind too, and are not scanned.
  private static let loops = [
    "Initialization/LinearAlgebra/", "Tensors/Elements/HalfPrecision", "Tensors/SHA256",
  ]

  /// The number of operators and conversions in a file that are not recognized as harmless.
  private static let accepted: [(reason: String, files: [String: Int])] = [
    (
      "lists and texts are joined",
      [
        "AuditPolicy/AuditSettings": 1, "AuditPolicy/IgnoredFindings": 1, "AuditPolicy/SettingsFile": 1,
        "AuditReports/Details/DetailTables": 7, "AuditReports/Parts/FileText": 15,
        "AuditReports/Series/SeriesTable": 3,
        "AuditReports/Words/Legend": 1,
        "AuditReports/Renderers/MarkdownRenderer": 5, "AuditReports/RulePage": 1,
        "KerasArchitecture/Layers/Attention/MultiHeadAttention": 1,
        "KerasArchitecture/Layers/Convolution/SeparableConvolution": 1,
        "KerasArchitecture/Layers/Sequences/Bidirectional": 1, "KerasArchitecture/Models/MergedBranches": 3,
        "KerasArchitecture/Models/SourceMap": 1, "KerasArchitecture/Models/Stored/StoredLayer": 1,
        "KerasArchitecture/Reading/ShortLayerTranslator": 2,
        "KerasArchitecture/Vocabulary/Layer/LayerKind+Defaults": 1,
        "KerasArchitecture/Vocabulary/Weights/GateMeaning": 3, "ModelFiles/Transfer/StoredModel+LoRA": 1,
        "KerasArchitecture/Vocabulary/Layer/LayerNode": 1,
        "KerasArchitecture/Vocabulary/Stored/StoredGuess+Shapes": 3, "ModelFiles/Reports/DiffReport": 1,
        "OrderedJSON/JSONPointer": 2, "ModelFiles/Contents/ContainerContents+StoredModel": 1,
        "ModelFiles/Repair/ArchitectureRepair": 2,
        "ModelFiles/Audit/FileAudit+Verdict": 2,
        "Tensors/TensorTree": 1,
        "WeightAudit/Model/LayerContext": 4,
        "WeightFiles/Layout/LegacyH5Layout": 1,
      ]
    ),
    (
      "floating-point numbers",
      [
        "AuditReports/Parts/Histogram": 6, "AuditReports/Parts/KernelRow": 2, "AuditReports/Parts/Markup": 1,
        "AuditReports/Parts/SignalPlot": 9, "AuditReports/Series/SeriesCurves": 10,
        "Initialization/Initializers/DrawnInitializer": 7,
        "Initialization/Scaling/Fans": 6, "Initialization/Scaling/ScaledVariance": 4,
        "Initialization/Values/WindowFunction": 16, "KerasArchitecture/Layers/Convolution/SpatialWindow": 4,
        "KerasArchitecture/Layers/Preprocessing/LookupLayer": 2,
        "KerasArchitecture/Layers/Preprocessing/Rescaling": 2,
        "KerasArchitecture/Vocabulary/Signals/ElementwiseFunction": 2,
        "KerasArchitecture/Vocabulary/Weights/WeightMeaning": 1, "Tensors/ValueExpectation": 8,
        "ModelFiles/Repair/DeclarationEdit": 5, "Initialization/Planning/ElementTransform": 1,
        "Initialization/Planning/PlannedWeight": 2, "Initialization/Scaling/ScalingChoice": 10,
        "WeightAudit/Model/AuditedTensor": 2, "WeightFiles/Reading/WeightCatalog+Values": 1,
      ]
    ),
    (
      "numbers of things in memory, and indices of them",
      [
        "AuditPolicy/FindingPolicy": 1, "AuditPolicy/TOMLScan": 1, "AuditReports/AuditReport": 1,
        "AuditReports/Details/DetailTables": 2, "AuditReports/Parts/KernelTable": 9,
        "AuditReports/Parts/SignalStrip": 9, "AuditReports/Series/SeriesTable": 6,
        "AuditReports/Renderers/HTMLRenderer": 7, "Initialization/Planning/PlanBuilder": 2,
        "KerasArchitecture/Layers/Attention/Projection": 2,
        "KerasArchitecture/Layers/Core/EinsumEquation": 6, "KerasArchitecture/Layers/Images/ImageSizing": 1,
        "KerasArchitecture/Layers/Images/RandomResizing": 1,
        "KerasArchitecture/Layers/TensorFlow/TensorFlowFunction+Rules": 3,
        "KerasArchitecture/Models/Graph/GraphOrder": 2, "KerasArchitecture/Models/Graph/Schedule": 3,
        "KerasArchitecture/Vocabulary/Construction/ConstructionLog": 2,
        "KerasArchitecture/Layers/TensorFlow/TensorFlowOperation+Upgrade": 1,
        "KerasArchitecture/Layers/TensorFlow/TensorFlowUpgrades+Forms": 1,
        "KerasArchitecture/Vocabulary/Stored/StoredWeights": 1,
        "KerasArchitecture/Vocabulary/Upgrade/ModelUpgrader": 1,
        "KerasArchitecture/Vocabulary/Weights/GateMeaning": 1,
        "KerasArchitecture/Vocabulary/Weights/KernelLayout": 2, "ModelFiles/Naming/ModelPart+Pairing": 1,
        "ModelFiles/Naming/PartPairing": 2,
        "ModelFiles/Naming/TensorPair": 3,
        "OrderedJSON/JSONParser": 8, "OrderedJSON/JSONWriter": 8, "Tensors/ForEachIndex": 1,
        "WeightAudit/Model/AuditState": 6, "WeightAudit/Model/WeightedGraph": 1,
        "WeightFiles/Reading/KerasFolder": 1,
        "WeightFiles/Layout/LegacyWeightsH5Layout": 6,
      ]
    ),
    (
      "elements and bytes of a tensor, whose number `Shape` has checked",
      [
        "Initialization/Initializers/Constant": 11, "Initialization/Initializers/Identity": 12,
        "Initialization/Initializers/Orthogonal": 7, "Initialization/Initializers/STFT": 10,
        "ModelFiles/Audit/FileAudit": 2, "ModelFiles/Audit/OpenCheckpoint": 1,
        "ModelFiles/Audit/ReadingProgress": 1, "ModelFiles/Model/FileReader": 1,
        "ModelFiles/Comparison/ValueComparison": 5,
        "Tensors/Elements/DType+Elements": 3, "Tensors/Expressions/TensorExpression": 11,
        "Tensors/Expressions/TensorExpression+Values": 35, "Tensors/Filling/BlockPartition": 5,
        "Tensors/Filling/ConcatenatedFiller": 6, "Tensors/Filling/ConstantFiller": 1,
        "Tensors/Filling/MemoryFiller": 2, "Tensors/Filling/TensorSource": 3, "Tensors/TensorSpec": 1,
        "WeightAudit/Measuring/UnitLayout": 8,
      ]
    ),
    (
      "divided by what was checked to be positive",
      [
        "KerasArchitecture/Layers/Convolution/Convolution": 3,
        "KerasArchitecture/Layers/Convolution/Keras1Deconvolution": 1,
        "KerasArchitecture/Layers/Weights/KernelVariant": 2,
      ]
    ),
    ("values and levels of a text, which are counted up to limits", ["YAML/YAMLParser": 6]),
    ("a node's index, which is checked afterwards", ["KerasArchitecture/Models/Graph/GraphMembers": 1]),
    (
      "the size and the step of a slice are within those of Int32",
      ["KerasArchitecture/Layers/TensorFlow/TensorFlowSlice": 12]
    ),
    (
      "texts that are read as numbers, which is nil for what does not fit",
      [
        "KerasArchitecture/Layers/TensorFlow/TensorFlowNodeDefinition": 2,
        "KerasArchitecture/Models/Stored/WeightPaths": 1,
        "KerasArchitecture/Reading/KerasGeneration+Document": 1,
        "KerasArchitecture/Vocabulary/Keras/KerasGeneration": 1, "YAML/YAMLScalar": 1,
        "KerasArchitecture/Vocabulary/Stored/StoredGuess": 1,
        "OrderedJSON/JSONNumber": 2,
      ]
    ),
    (
      "numbers that wtool makes: seeds of 32 bits, sizes of files, sums of a checked plan, hashes, dates",
      [
        "AuditPolicy/CalendarDay": 5, "AuditReports/Parts/StableHash": 2, "AuditReports/Parts/URIText": 3,
        "Initialization/Planning/SeedPolicy": 1,
        "ModelFiles/Comparison/WeightVerification": 2, "ModelFiles/Reports/ConvertReport": 3,
        "ModelFiles/Reports/InitReport": 6, "ModelFiles/Reports/PlanReport": 4,
        "ModelFiles/Reports/VerifyReport": 2,
      ]
    ),
    (
      "lengths and offsets that are compared with what is there before they are used",
      [
        "HDF5/Attributes/AttributeReader": 4, "HDF5/Attributes/HDF5Object+WritingAttributes": 5,
        "HDF5/Datasets/Dataspace": 2, "HDF5/Datasets/HDF5Dataset+Elements": 2,
        "HDF5/Datasets/HDF5Dataset+Storage": 9, "HDF5/Datasets/HDF5Storage": 1,
        "HDF5/Errors/HDF5ErrorStack": 2,
        "HDF5/Groups/HDF5Group+Links": 6, "HDF5/Types/FloatLayout": 1,
        "HDF5/Types/HDF5ElementType+Datatype": 2,
        "WeightFiles/Reading/FileFormat": 6, "WeightFiles/Reading/ForeignFile": 6,
        "WeightFiles/Reading/InputFile": 9,
        "WeightFiles/Reading/ShardIndex": 7,
        "WeightFiles/Reading/StoredFiller": 3,
      ]
    ),
    (
      "what is sent between processes of this program: sizes of arrays, and integers that are decoded",
      [
        "Confinement/Cell": 1, "Confinement/CellKeeper": 4, "Confinement/CellMessage": 4,
        "Confinement/CellProcess": 4, "Confinement/KeeperProcess": 6, "Confinement/WireReader": 3,
        "Confinement/WireWriter": 1,
      ]
    ),
    (
      "places in a file whose extent was checked, and chunks of a checked shape; in a cell, which keeps a trap in",
      [
        "HDF5/Session/HDF5File": 2, "WeightFiles/Parsing/ArchiveDirectory": 24,
        "WeightFiles/Parsing/ArchiveMember": 15, "WeightFiles/Parsing/ChunkCache": 4,
        "WeightFiles/Parsing/ChunkGrid": 34, "WeightFiles/Parsing/FileView": 5,
        "WeightFiles/Parsing/FletcherChecksum": 13,
        "WeightFiles/Parsing/HDF5Group+KerasNames": 3, "WeightFiles/Parsing/HDF5Selection+Boxes": 3,
        "WeightFiles/Parsing/HDF5Values": 5, "WeightFiles/Parsing/Inflater": 3,
        "WeightFiles/Parsing/MemberUnpacking": 8, "WeightFiles/Parsing/ParsedTree": 4,
        "WeightFiles/Parsing/ReadingLimits": 3, "WeightFiles/Parsing/TreeReader": 10,
        "WeightFiles/Parsing/Wire+Parsing": 21, "WeightFiles/Reading/ModelDocument": 2,
        "WeightFiles/Reading/OpenedArchive": 4, "WeightFiles/Reading/StoredFile": 6,
      ]
    ),
    (
      "places of bytes that were found in the text",
      ["OrderedJSON/JSONEditor": 15]
    ),
    (
      "sizes of shards, lists of lines and weights, and numbers at the end of names",
      [
        "KerasArchitecture/Vocabulary/Keras/AutomaticName": 1, "ModelFiles/Naming/ModelPart": 2,
        "ModelFiles/Naming/PartPairing": 2, "ModelFiles/Model/ForeignDocument": 4,
        "ModelFiles/Reports/ListingReport": 2,
        "WeightFiles/Layout/ContainerContents": 1, "WeightFiles/Layout/KerasArchiveLayout": 1,
        "WeightFiles/Layout/ShardedLayout": 9,
      ]
    ),
  ]

  @Test("goes through one checked type, or cannot trap for a reason that is written here") func scan() throws
  {
    let limits = Dictionary(Self.accepted.flatMap { $0.files.map { ($0.key, $0.value) } }) { $0 + $1 }
    let files = SourceFile.sources.filter { file in
      let path = String(file.path.dropFirst("Sources/".count))
      return Self.scanned.contains { path == $0 || path.hasPrefix("\($0)/") }
        && !Self.loops.contains { path.hasPrefix($0) } && !path.hasPrefix("Tensors/CheckedSize")
    }
    #expect(files.count > 250)
    var unknown = Set(limits.keys)
    for file in files {
      let name = String(file.path.dropFirst("Sources/".count).dropLast(".swift".count))
      let places = RawArithmetic(file).places
      let limit = limits[name] ?? 0
      #expect(
        places.count <= limit,
        "\(limit) accepted, \(places.count) found: use CheckedSize\n\(places.joined(separator: "\n"))")
      if !places.isEmpty { unknown.remove(name) }
    }
    #expect(unknown.isEmpty, "nothing to accept in \(unknown.sorted())")
  }

  // MARK: The scan itself

  private func found(_ code: String) -> [String] {
    RawArithmetic(SourceFile(path: "a", lines: code.split(separator: "\n").map(String.init))).places.map {
      String($0.drop { $0 != " " }.dropFirst())
    }
  }

  private static let rawLines: [(code: String, found: [String])] = [
    ("let extent = (size - 1) * dilation + 1", ["size - 1", ") * dilation", "dilation + 1"]),
    ("total += spec.byteCount * copies", ["total += spec", "byteCount * copies"]),
    ("let area = sizes.reduce(1, *)", ["reduce(…, *)"]),
    ("let all = sizes.reduce(0, +)", ["reduce(…, +)"]),
    ("let all = sizes.reduce(0) { $0 + $1 }", ["$0 + $1"]),
    ("let whole = Int(value)", ["Int(value"]),
    ("let index = UInt32(shape[0])", ["UInt32(shape"]),
    ("let next = strides[axis] / groups", ["] / groups"]),
    ("let mask = 1 << bits", ["1 << bits"]),
    ("let back = -padding", ["-padding"]),
    ("let sum = first &+ second", ["&+ wraps around"]),
    ("let next = size.advanced(by: 1)", ["advanced(by:)"]),
    ("throw error(\"axis \\(size + 1) of \\(name)\")", ["size + 1"]),
    ("let count = units\n  * 4", ["units * 4"]),
  ]

  @Test("finds arithmetic that may trap", arguments: rawLines) func raw(code: String, found: [String]) {
    #expect(self.found(code) == found)
  }

  private static let harmlessLines = [
    "let name = \"layer\" + suffix", "let message = prefix\n  + \"expected 3 * 4\"",
    "let scale = 2.0 * value",
    "let half = Double(size) / 2", "let all = [batch] + spatial", "position += 1",
    "let last = shape.rank - 1",
    "let next = values.count + offset", "let half = size / 2", "let limit = 1 << 20", "// size * size",
    "let end = CheckedSize(size).times(stride).plus(1).value", "let step = -1", "let x = Int(exactly: value)",
    "let text = \"a - b * \\(name)\"", "let raw = #\"size * size\"#", "if a < b, c > d { }",
    "let x: Int? = y ?? z",
  ]

  @Test("passes what cannot", arguments: harmlessLines) func harmless(code: String) {
    #expect(found(code).isEmpty)
  }

  // MARK: Preconditions

  /// What ends the process if it does not hold. None depends on what a file says.
  private static let preconditions: [(file: String, reason: String)] = [
    ("Sources/Initialization/LinearAlgebra/Matrix.swift", "the caller passes the larger size as rows"),
    ("Sources/RandomStreams/Generators/PCG64.swift", "the entropy is a seed and a stream, four words"),
    ("Sources/WeightAudit/Examples/ExampleTensor.swift", "examples are written in this repository"),
    ("Sources/WeightFiles/Writing/BulkWriter.swift", "a match gives every weight of a layout a source"),
  ]

  @Test("no precondition depends on it") func preconditions() {
    let places = SourceFile.sources.flatMap { file in
      file.places { $0.contains(/\b(precondition|preconditionFailure|fatalError|assert|assertionFailure)\(/) }
    }
    let files = places.map { String($0.prefix { $0 != ":" }) }
    #expect(files == Self.preconditions.map(\.file), "\(places.joined(separator: "\n"))")
  }
}
