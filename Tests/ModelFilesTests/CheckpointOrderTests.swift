import ModelFiles
import Testing

@Suite struct CheckpointOrderTests {
  private func order(_ files: [(String, Int?)]) -> CheckpointOrder {
    CheckpointOrder(files.map { .init(name: $0.0, iterations: $0.1) })
  }

  @Test func `the optimizer's steps decide`() {
    let order = order([("c.h5", 1), ("a.h5", 3), ("b.h5", 2)])
    #expect(order.indices == [0, 2, 1] && order.isByIterations && order.restart == nil)
  }

  @Test func `files of as many steps are in the order of their names`() {
    let order = order([("best.keras", 3), ("epoch2.keras", 2), ("epoch3.keras", 3), ("epoch1.keras", 1)])
    #expect(order.indices == [3, 1, 0, 2] && order.isByIterations)
  }

  @Test func `names that count win over an optimizer that begins anew`() {
    let files: [(String, Int?)] = [("e1.h5", 8), ("e2.h5", 16), ("e10.h5", 7), ("e9.h5", 3), ("e3.h5", 24)]
    let order = order(files)
    #expect(order.indices == [0, 1, 4, 3, 2])
    #expect(!order.isByIterations && order.restart == 3)
  }

  @Test func `without steps names decide, by the number that counts`() {
    let files: [(String, Int?)] = [("m_1.87_ep1.h5", nil), ("m_0.57_ep11.h5", nil), ("m_0.90_ep2.h5", nil)]
    #expect(order(files).indices == [0, 2, 1])
    #expect(!order(files).isByIterations)
    // One that does not tell is enough.
    #expect(!order([("e1.h5", 8), ("e2.h5", nil)]).isByIterations)
  }

  @Test func `steps that are all the same decide nothing`() {
    let order = order([("e2.h5", 0), ("e10.h5", 0), ("e1.h5", 0)])
    #expect(order.indices == [2, 0, 1] && !order.isByIterations)
  }

  @Test func `any names have an order`() {
    for names in [[], [""], ["a", "a"], ["1", "2b", "c3d4"], ["ep", "ep1", "1ep"]] {
      let order = order(names.map { ($0, nil) })
      #expect(order.indices.sorted() == Array(names.indices))
    }
  }
}
