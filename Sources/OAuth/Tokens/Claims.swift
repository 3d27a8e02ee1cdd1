import Foundation

/// The members of a JSON object at its first level (RFC 7519 §4), as far as tokens need them.
struct Claims: Sendable {
    /// One value.
    enum Value: Sendable, Hashable {
        case text(String)
        case number(Double)
        case flag(Bool)
        case texts([String])
        /// Anything else.
        case other
    }

    private let values: [String: Value]

    /// Nil: not a JSON object.
    init?(json: [UInt8]) {
        guard let values = try? JSONDecoder().decode([String: Value].self, from: Data(json)) else { return nil }
        self.values = values
    }

    func has(_ name: String) -> Bool { values[name] != nil }

    subscript(_ name: String) -> Value? { values[name] }

    func text(_ name: String) -> String? {
        if case .text(let text) = values[name] { text } else { nil }
    }

    /// A text alone, or a list of them.
    func texts(_ name: String) -> [String]? {
        switch values[name] {
        case .text(let text): [text]
        case .texts(let texts): texts
        default: nil
        }
    }

    /// Seconds since 1970 (RFC 7519 §2, NumericDate), fractions cut; nil: there is none, or none that can be.
    func seconds(_ name: String) -> Int64? {
        guard case .number(let number) = values[name], number.magnitude < 1e15 else { return nil }
        return Int64(number)
    }
}

extension Claims.Value: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let texts = try? container.decode([String].self) {
            self = .texts(texts)
        } else {
            self = .other
        }
    }
}
