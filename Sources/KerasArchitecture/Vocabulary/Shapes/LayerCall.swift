import OrderedJSON
import Tensors

/// One call of a layer, with the shapes of its arguments.
struct LayerCall {
  let place: LayerPlace
  let positional: [ShapeStructure]
  let keywords: [(key: String, value: ShapeStructure)]

  init(place: LayerPlace, positional: [ShapeStructure], keywords: [(key: String, value: ShapeStructure)] = [])
  {
    self.place = place
    self.positional = positional
    self.keywords = keywords
  }

  init(place: LayerPlace, _ shape: PartialShape) {
    self.init(place: place, positional: [.tensor(shape)])
  }

  /// A call with one tensor, or with a list of tensors.
  init(place: LayerPlace, _ shapes: [PartialShape]) {
    self.init(
      place: place, positional: [shapes.count == 1 ? .tensor(shapes[0]) : .list(shapes.map { .tensor($0) })])
  }

  /// The shapes of all tensors in the first argument.
  var inputs: [PartialShape] {
    for argument in positional + keywords.map(\.value) {
      let tensors = argument.tensors
      if !tensors.isEmpty { return tensors }
    }
    return []
  }

  /// Whether the shape of an input is unknown.
  var hasUnknownShape: Bool { inputs.contains { $0.isUnknown } }

  /// A key that is equal for calls with equal results.
  struct Signature: Hashable {
    fileprivate let positional: [ShapeStructure]
    fileprivate let keywords: ShapeStructure
  }

  var signature: Signature { Signature(positional: positional, keywords: .dictionary(keywords)) }

  /// The shape of the only, or the first, input.
  var input: PartialShape {
    get throws(ArchitectureError) {
      guard let first = inputs.first else { throw place.error("the layer is called without a tensor") }
      return first
    }
  }

  /// The shape of an argument by its position or its name; `nil` if it is missing or not a tensor.
  func argument(_ position: Int, _ name: String) -> PartialShape? {
    if let keyword = keywords.first(where: { $0.key == name }) { return keyword.value.tensors.first }
    return positional.indices.contains(position) ? positional[position].tensors.first : nil
  }

  /// Whether an argument is true.
  func flag(_ position: Int, _ name: String) -> Bool {
    let value =
      keywords.first { $0.key == name }?.value
      ?? (positional.indices.contains(position) ? positional[position] : nil)
    if case .value(.bool(true))? = value { return true }
    return false
  }

  /// The error of a layer whose weights depend on an input of unknown shape.
  private var unknownInput: ArchitectureError {
    place.error(
      "its weights depend on the shape of its input, which is unknown: the description does not say it "
        + "(--input-shape gives that of the model), or a layer before runs Python code, or a function that "
        + "wtool does not know")
  }

  /// The first input, which must have this rank.
  func input(rank: Int) throws(ArchitectureError) -> PartialShape {
    let input = try input
    guard !input.isUnknown else { throw unknownInput }
    guard input.rank == rank else {
      throw place.error("expected an input of rank \(rank); found the shape \(input)")
    }
    return input
  }

  /// The first input, which must have at least this rank.
  func input(minimumRank: Int) throws(ArchitectureError) -> PartialShape {
    let input = try input
    guard !input.isUnknown else { throw unknownInput }
    guard input.rank >= minimumRank else {
      throw place.error("expected an input of rank \(minimumRank) or more; found the shape \(input)")
    }
    return input
  }

  /// The size of an axis that a weight depends on.
  func knownSize(_ shape: PartialShape, axis: Int) throws(ArchitectureError) -> Int {
    guard !shape.isUnknown else { throw unknownInput }
    guard let index = shape.index(ofAxis: axis) else {
      throw place.error("there is no axis \(axis) in the input's shape \(shape)")
    }
    guard let size = shape.dimensions[index] else {
      throw place.error("axis \(axis) of the input must have a known size; found the shape \(shape)")
    }
    return size
  }

  /// The sizes of all axes but the batch's, with ones for some axes.
  func knownSizes(_ shape: PartialShape, except axes: [Int] = []) throws(ArchitectureError) -> [Int] {
    guard !shape.isUnknown else { throw unknownInput }
    var sizes: [Int] = []
    for axis in shape.dimensions.indices.dropFirst() {
      sizes.append(axes.contains(axis) ? 1 : try knownSize(shape, axis: axis))
    }
    return sizes
  }

  /// How many values lie along some axes of the input; `nil` if a size is not known.
  func count(ofAxes axes: [Int]) -> Int? {
    guard let input = try? input, !input.isUnknown else { return nil }
    let sizes = axes.map { axis in input.index(ofAxis: axis).flatMap { input.dimensions[$0] } }
    let known = sizes.compactMap(\.self)
    return known.count == sizes.count ? CheckedSize.product(known) : nil
  }

  /// A call of a child layer with one tensor.
  func forwarded(to layer: Layer, _ shape: PartialShape) -> LayerCall { LayerCall(place: layer.place, shape) }

  func error(_ reason: String) -> ArchitectureError { place.error(reason) }
}
