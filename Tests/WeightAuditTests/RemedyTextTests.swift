import Testing

@testable import WeightAudit

@Suite struct RemedyTextTests {
  private func text(_ remedy: Remedy, _ layers: [String]) -> String {
    RemedyText(remedy.applied(to: layers)).description
  }

  @Test func `a command names its layers, quoted for a shell and escaped for a pattern`() {
    #expect(
      text(.all(.redraw), ["dense"]) == "draw the layer again: wtool init FILE -o NEW_FILE --only dense")
    #expect(
      text(.all(.redraw), ["a b", "it's", "x[*]?", "-v"])
        == "draw the layers again: wtool init FILE -o NEW_FILE --only 'a b' --only 'it'\\''s' "
        + "--only 'x[[][*]][?]' --only '-v'")
  }

  @Test func `a file of weights alone needs its architecture`() {
    let remedy = Remedy.all(.redraw).applied(to: ["d"])
    #expect(
      RemedyText(remedy, isOfWeightsAlone: true).description
        == "draw the layer again: wtool init ARCH -o NEW_FILE --from FILE --only d")
  }

  @Test(arguments: [[], [""], ["a\nb"], ["a\u{1B}[2J"], ["a", "b", "c", "d", "e"]])
  func `there is no command without a name, nor with one that cannot be copied`(layers: [String]) {
    #expect(!text(.all(.redraw), layers).contains("--only"))
  }

  @Test func `steps follow each other, and alternatives are alternatives`() {
    #expect(
      text(.all(.declareByActivation, .redraw), ["d"])
        == "set kernel_initializer of `d` to \"he_normal\" (ReLU family) or \"glorot_uniform\" (tanh, sigmoid); "
        + "then draw the layer again: wtool init FILE -o NEW_FILE --only d")
    #expect(
      text(.any(.setArgument(field: "use_bias", value: false), .advice("wait")), ["a", "b", "c"])
        == "set use_bias of `a` and 2 other layers to false, or wait")
    #expect(text(.all(.declare("bias_initializer", "zeros")), []) == "set bias_initializer to \"zeros\"")
  }
}
