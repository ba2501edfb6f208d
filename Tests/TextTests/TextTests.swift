import Testing
import Text

@Suite("Text")
struct TextTests {
  @Test("paragraphs break between words")
  func wraps() {
    #expect(TextWrapping.lines("one two three", width: 8) == ["one two", "three"])
    #expect(TextWrapping.lines("one two three", width: 9, indent: "  ") == ["  one two", "  three"])
    #expect(TextWrapping.lines("one two", width: 4, indent: "", hangingIndent: "  ") == ["one", "  two"])
    #expect(TextWrapping.lines("incomprehensibilities", width: 4) == ["incomprehensibilities"])
    #expect(TextWrapping.lines(" ", width: 4).isEmpty)
  }

  @Test("numbers have separators, units and decimals")
  func numbers() {
    #expect(NumberText.count(25_636_712) == "25,636,712")
    #expect(NumberText.count(-1000) == "-1,000")
    #expect(NumberText.bytes(999) == "999 B")
    #expect(NumberText.bytes(102_549_000) == "102.5 MB")
    #expect(NumberText.bytes(.max) == "9.2 EB")
    #expect(NumberText.decimal(-0.125, places: 2) == "-0.13")
    #expect(NumberText.counted(1, "file") == "1 file")
    #expect(NumberText.counted(2, "bias", plural: "biases") == "2 biases")
  }

  @Test("the nearest spelling is suggested, if one is near")
  func nearest() {
    #expect(NearestSpelling.of("Dence", in: ["Conv2D", "Dense"]) == "Dense")
    #expect(NearestSpelling.of("inspct", in: ["init", "inspect"]) == "inspect")
    #expect(NearestSpelling.of("xyzzy", in: ["init", "inspect"]) == nil)
    #expect(NearestSpelling.hint(for: "inspct", in: ["inspect"], quote: "'") == "; did you mean 'inspect'?")
    #expect(NearestSpelling.hint(for: "xyzzy", in: ["inspect"], otherwise: "see --help") == "; see --help")
    #expect(NearestSpelling.hint(for: "xyzzy", in: ["inspect"]).isEmpty)
  }

  @Test("cells of a table cannot act on a terminal")
  func table() {
    var table = TextTable([("name", .left), ("n", .right)])
    table.append(["a\u{1B}[2J", "12"])
    table.append(["b"])
    #expect(table.text == "name       n\n------------\na\\x1b[2J  12\nb\n")
  }

  @Test("long cells go on in the next line, where the width is limited")
  func narrowTable() {
    var table = TextTable([("weight", .left), ("difference", .left), ("n", .right)])
    table.append(["encoder/layer_1/attention/kernel", "1,280 values differ: at most 0.4", "1,280"])
    for line in table.text(width: 40).split(separator: "\n") { #expect(line.count <= 40, "\(line)") }
    #expect(
      table.text(width: 40) == """
        weight           difference            n
        ----------------------------------------
        encoder/layer_   1,280 values      1,280
        1/attention/     differ: at most
        kernel           0.4

        """)
    #expect(table.text.split(separator: "\n").count == 3)
  }
}
