/// How a layer that is a whole model holds its layers.
enum ModelForm {
  /// One layer after the other.
  case sequence
  /// Models side by side, whose outputs become one.
  case branches
  /// A graph of calls, which begins with input layers.
  case graph
}
