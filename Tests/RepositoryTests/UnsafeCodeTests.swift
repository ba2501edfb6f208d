import Testing

/// Memory is touched by pointers in the files that are listed here, and the reason why that is sound stands
/// beside them: whoever adds a file comes here and gives one.
///
/// The compiler refuses what it cannot check where the code does not say `unsafe`; see `Package.swift`.
@Suite("Code that the compiler cannot check") struct UnsafeCodeTests {
  private static let reviewed: [(invariant: String, files: [String])] = [
    (
      "A buffer of an array or span is used inside the closure that it is given to, with indices below its count.",
      [
        "HDF5/Datasets/HDF5Dataset+Elements", "Initialization/Initializers/Constant",
        "Initialization/Initializers/Identity", "Initialization/Initializers/Orthogonal",
        "Initialization/LinearAlgebra/Matrix", "Initialization/Planning/ElementTransform",
        "ModelFiles/Comparison/TensorDigests", "ModelFiles/Comparison/WeightDifference",
        "ModelFiles/Contents/ContainerContents+StoredModel", "RandomStreams/Backends/JAXStream",
        "RandomStreams/Backends/NumPyStream", "RandomStreams/Backends/PyTorchNormals",
        "RandomStreams/Backends/PyTorchReal", "RandomStreams/Backends/PyTorchStream",
        "RandomStreams/Backends/TensorFlowStream", "RandomStreams/Backends/TensorFlowStream+Double",
        "RandomStreams/Generators/MersenneTwister", "RandomStreams/Generators/PCG64",
        "RandomStreams/Kernels/ChunkedFill", "RandomStreams/Kernels/PortableKernels",
        "RandomStreams/RandomStream", "Tensors/Elements/DType+Elements",
        "Tensors/Expressions/TensorExpression+Values",
        "Tensors/Filling/ConstantFiller",
        "Tensors/Filling/MemoryFiller", "Tensors/SHA256", "WeightAudit/Measuring/BlockMeasurement",
        "WeightAudit/Measuring/Fingerprint", "WeightAudit/Measuring/Scanner",
        "WeightAudit/Measuring/SimilarUnitSearch", "WeightAudit/Measuring/StretchMeasurement",
        "WeightAudit/Measuring/UnitBlock", "WeightAudit/Measuring/ScanRequest",
        "WeightAudit/Series/SpectralNorm", "WeightFiles/Parsing/CellParser",
        "WeightFiles/Parsing/ChunkGrid", "WeightFiles/Parsing/HDF5Values",
        "WeightFiles/Parsing/MemberUnpacking", "WeightFiles/Reading/StoredFiller",
        "WeightFiles/Reading/WeightCatalog+Values", "WeightFiles/System/FileDescriptor+Exactly",
        "WeightFiles/Writing/ArchiveWriter",
      ]
    ),
    (
      "The pointer of a C call is to a text, value or buffer whose count goes with it, and the call does not keep it.",
      [
        "AuditPolicy/CalendarDay", "Confinement/CellMessage", "Confinement/WireWriter",
        "HDF5/Attributes/AttributeReader", "HDF5/Attributes/HDF5Object+ReadingAttributes",
        "HDF5/Attributes/HDF5Object+WritingAttributes", "HDF5/Datasets/Dataspace",
        "HDF5/Datasets/HDF5Dataset", "HDF5/Datasets/HDF5Dataset+RawChunk",
        "HDF5/Datasets/HDF5Dataset+Storage", "HDF5/Datasets/HDF5Storage", "HDF5/Groups/HDF5Group",
        "HDF5/Groups/HDF5Group+Links", "HDF5/Session/HDF5File", "HDF5/Session/HDF5Session",
        "HDF5/Types/FloatLayout", "HDF5/Types/HDF5ElementType+Datatype",
        "RandomStreams/Kernels/StreamKernels", "WeightAudit/Spectra/SymmetricMatrix",
        "WeightFiles/Parsing/ArchiveMember",
        "WeightFiles/Parsing/FileView", "WeightFiles/Parsing/Inflater",
        "WeightFiles/Reading/ExternalFolder", "WeightFiles/System/KeptAttributes",
        "WeightFiles/System/POSIX+Unnamed",
        "WeightFiles/Reading/KerasFolder", "WeightFiles/Writing/ReportFile",
        "WeightFiles/Writing/SegmentChecksums",
        "WeightFiles/Writing/ShardNames", "WeightFiles/Writing/UnnamedFile",
      ]
    ),
    (
      "A buffer is allocated and released in one function, or by the deinit of its only owner.",
      [
        "Confinement/Cell", "ModelFiles/Comparison/ValueComparison", "Tensors/Filling/TensorSource",
        "WeightFiles/Reading/InputFile", "WeightFiles/Reading/OpenedArchive",
        "WeightFiles/Writing/BulkWriter", "YAML/YAMLEvents",
      ]
    ),
    (
      "Memory that is shared with a cell is as large as both sides know, and copied before it is looked at.",
      [
        "Confinement/CellKeeper", "Confinement/CellProcess", "Confinement/KeeperProcess",
        "WeightFiles/Parsing/FileParsing", "WeightFiles/Parsing/ParserService",
      ]
    ),
    (
      "An object is passed through the context of a C call that has returned before the object is released.",
      [
        "HDF5/Errors/HDF5ErrorStack", "HDF5/Groups/NameCollector",
      ]
    ),
    (
      "What a signal handler reads is never freed.",
      [
        "WeightFiles/Writing/Interruption", "wtool/Process/Crash",
      ]
    ),
    (
      "The environment is changed once, before there is a second thread, and read after that.",
      [
        "WeightFiles/System/POSIX", "wtool/Process/ProcessSetup", "wtool/Terminal/Terminal",
      ]
    ),
  ]

  @Test("is in files that were reviewed, each with what makes it sound") func files() {
    let listed = Self.reviewed.flatMap(\.files)
    #expect(Set(listed).count == listed.count, "a file is listed twice")
    let found = SourceFile.sources.filter { file in
      !file.places {
        $0.contains(
          /\bunsafe\b|Unsafe[A-Za-z]*Pointer|Unmanaged/
        )
      }.isEmpty
    }.map { String($0.path.dropFirst("Sources/".count).dropLast(".swift".count)) }
    #expect(Set(found).subtracting(listed).isEmpty, "not reviewed")
    #expect(Set(listed).subtracting(found).isEmpty, "nothing to review")
  }
}
