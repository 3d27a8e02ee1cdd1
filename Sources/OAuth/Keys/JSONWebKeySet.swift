import Foundation

/// The keys that an issuer publishes (RFC 7517 §5).
public struct JSONWebKeySet: Sendable {
    /// Octets of a set that is read at most.
    public static let maximumLength = 256 << 10
    /// Keys of a set that are read.
    public static let maximumKeys = 100
    /// Keys that a token may be tried with: those of one name, or all when it names none.
    static let maximumCandidates = 4

    /// Nil for a key that nothing can be verified with (RFC 7517 §5: such are passed over).
    private struct Entry: Decodable {
        let key: JSONWebKey?

        init(from decoder: any Decoder) throws {
            key = (try? JSONWebKey.Members(from: decoder)).flatMap { JSONWebKey($0) }
        }
    }

    private struct Members: Decodable { let keys: [Entry] }

    private let keys: [JSONWebKey]

    /// Nil: no set, too long, or without a key that something can be verified with.
    public init?(json: [UInt8]) {
        guard json.count <= Self.maximumLength,
            let members = try? JSONDecoder().decode(Members.self, from: Data(json))
        else { return nil }
        keys = members.keys.lazy.compactMap(\.key).prefix(Self.maximumKeys).map(\.self)
        guard !keys.isEmpty else { return nil }
    }

    /// How many keys something can be verified with.
    public var count: Int { keys.count }

    /// The keys that may have signed so.
    ///
    /// - Parameter identifier: nil: the token names none.
    func candidates(_ identifier: String?, _ algorithm: SignatureAlgorithm) -> [JSONWebKey] {
        let fit = keys.filter { $0.isFit(for: algorithm) && (identifier == nil || $0.identifier == identifier) }
        return Array(fit.prefix(Self.maximumCandidates))
    }
}
