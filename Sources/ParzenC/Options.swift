import ParzenAnalysis
import ParzenCore
import ParzenKernels

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The options of a call, from a JSON object. Each is taken out once; what is left over in the end is an
/// error.
struct Options {
  private var values: [String: Value]
  private var known: [String] = []

  /// What an option can be.
  enum Value: Decodable, Sendable {
    case flag(Bool)
    case number(Double)
    case text(String)
    case numbers([Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .numbers(try container.decode([Double].self))
      }
    }
  }

  /// - Parameter json: the object; nil for no options.
  init(_ json: UnsafePointer<CChar>?) throws(ParzenError) {
    guard let json else {
      values = [:]
      return
    }
    do {
      values = try JSONDecoder().decode([String: Value].self, from: Data(String(cString: json).utf8))
    } catch {
      throw .invalidOption("the options are not a JSON object of numbers, texts, flags and lists of numbers")
    }
  }

  private mutating func take(_ name: String) -> Value? {
    known.append(name)
    return values.removeValue(forKey: name)
  }

  mutating func flag(_ name: String, default value: Bool) throws(ParzenError) -> Bool {
    switch take(name) {
    case nil: return value
    case .flag(let flag)?: return flag
    default: throw .invalidOption("\(name): give true or false")
    }
  }

  mutating func text(_ name: String, default value: String) throws(ParzenError) -> String {
    switch take(name) {
    case nil: return value
    case .text(let text)?: return text
    default: throw .invalidOption("\(name): give a text")
    }
  }

  mutating func number(_ name: String) throws(ParzenError) -> Double? {
    switch take(name) {
    case nil: return nil
    case .number(let number)?: return number
    default: throw .invalidOption("\(name): give a number")
    }
  }

  mutating func integer(_ name: String, in range: ClosedRange<Int>) throws(ParzenError) -> Int? {
    guard let number = try number(name) else { return nil }
    guard let integer = Int(exactly: number), range.contains(integer) else {
      let bounds = range.upperBound == .max ? "from \(range.lowerBound) on" : "in \(range)"
      throw .invalidOption("\(name) is \(number): give a whole number \(bounds)")
    }
    return integer
  }

  /// A whole number, or the least and the most of a range.
  mutating func range(_ name: String, in bounds: ClosedRange<Int>) throws(ParzenError) -> ClosedRange<Int>? {
    let ends: [Double]
    switch take(name) {
    case nil: return nil
    case .number(let number)?: ends = [number, number]
    case .numbers(let numbers)?: ends = numbers
    default: throw .invalidOption("\(name): give a whole number, or a least and a most one")
    }
    guard ends.count == 2, let least = Int(exactly: ends[0]), let most = Int(exactly: ends[1]), least <= most,
      bounds.contains(least), bounds.contains(most)
    else {
      throw .invalidOption("\(name): give a whole number in \(bounds), or a least and a most one")
    }
    return least...most
  }

  /// A list of whole numbers from 0 on; empty where there is none.
  mutating func indices(_ name: String) throws(ParzenError) -> [Int] {
    switch take(name) {
    case nil: return []
    case .number(let number)?:
      guard let index = Int(exactly: number), index >= 0 else { break }
      return [index]
    case .numbers(let numbers)?:
      let indices = numbers.compactMap { Int(exactly: $0) }
      guard indices.count == numbers.count, indices.allSatisfy({ $0 >= 0 }) else { break }
      return indices
    default: break
    }
    throw .invalidOption("\(name): give a list of whole numbers from 0 on")
  }

  /// A text or a number.
  mutating func value(_ name: String) -> Value? { take(name) }

  mutating func seed(default value: UInt64) throws(ParzenError) -> UInt64 {
    try integer("seed", in: 0...Int.max).map(UInt64.init) ?? value
  }

  mutating func threads() throws(ParzenError) -> Int {
    try integer("threads", in: 1...Limits.threads) ?? Parallelism.threads
  }

  /// Throws if options are left that nothing asked for.
  func end() throws(ParzenError) {
    guard let name = values.keys.min() else { return }
    throw .invalidOption(
      "there is no option \"\(name)\" here: take one of \(known.sorted().joined(separator: ", "))")
  }
}

/// A value as JSON with sorted keys; numbers that are not finite are texts.
func json(_ value: some Encodable) -> String {
  guard let data = try? JSONEncoder.figures(.withoutEscapingSlashes).encode(value) else {
    preconditionFailure("numbers and texts can be encoded")
  }
  return String(decoding: data, as: UTF8.self)
}
