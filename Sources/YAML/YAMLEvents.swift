internal import CYAML
import OrderedJSON

/// What a YAML text consists of, in its order, as libyaml finds it.
@safe final class YAMLEvents {
  struct Event {
    enum Kind {
      case scalar(String, isPlain: Bool)
      /// The name of an anchor.
      case alias(String)
      case sequenceStart, sequenceEnd, mappingStart, mappingEnd, documentStart, end
      /// The beginning of the text and the end of a document.
      case mark
    }

    let kind: Kind
    /// The type that the text itself gives to the value, whole: `tag:yaml.org,2002:python/tuple`.
    var tag: String?
    /// The name by which the value is repeated.
    var anchor: String?
    let position: TextPosition
  }

  /// libyaml keeps pointers to both, so neither moves.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let isReady: Bool

  /// - Parameter bytes: a text in UTF-8.
  init(_ bytes: [UInt8]) {
    unsafe text = .allocate(capacity: bytes.count)
    _ = unsafe text.initialize(from: bytes)
    isReady = unsafe yaml_parser_initialize(parser) == 1
    guard isReady else { return }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
  }

  deinit {
    if isReady { unsafe yaml_parser_delete(parser) }
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// The next event; after `end` there is none.
  ///
  /// - Throws: where and why the text is not YAML.
  func next() throws(TextSyntaxError) -> Event {
    var event = unsafe yaml_event_t()
    guard isReady, unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure }
    defer { unsafe yaml_event_delete(&event) }
    let position = unsafe Self.position(event.start_mark)
    switch unsafe event.type {
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      // What is quoted is a text, unless its tag says otherwise.
      let isPlain = unsafe scalar.plain_implicit == 1
      return unsafe Event(
        kind: .scalar(String(decoding: bytes, as: UTF8.self), isPlain: isPlain), tag: Self.text(scalar.tag),
        anchor: Self.text(scalar.anchor), position: position)
    case YAML_ALIAS_EVENT:
      let name = unsafe Self.text(event.data.alias.anchor) ?? ""
      return Event(kind: .alias(name), position: position)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return unsafe Event(
        kind: .sequenceStart, tag: Self.text(start.tag), anchor: Self.text(start.anchor), position: position)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return unsafe Event(
        kind: .mappingStart, tag: Self.text(start.tag), anchor: Self.text(start.anchor), position: position)
    case YAML_SEQUENCE_END_EVENT: return Event(kind: .sequenceEnd, position: position)
    case YAML_MAPPING_END_EVENT: return Event(kind: .mappingEnd, position: position)
    case YAML_DOCUMENT_START_EVENT: return Event(kind: .documentStart, position: position)
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return Event(kind: .end, position: position)
    default: return Event(kind: .mark, position: position)
    }
  }

  private var failure: TextSyntaxError {
    guard isReady, let problem = unsafe parser.pointee.problem else {
      return TextSyntaxError(position: TextPosition(line: 1, column: 1), reason: "it cannot be read")
    }
    return unsafe TextSyntaxError(
      position: Self.position(parser.pointee.problem_mark), reason: String(cString: problem))
  }

  private static func position(_ mark: yaml_mark_t) -> TextPosition {
    let (line, column) = (Int(clamping: mark.line), Int(clamping: mark.column))
    return TextPosition(line: line + 1, column: column + 1)
  }

  private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
  }
}
