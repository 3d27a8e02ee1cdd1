import Foundation
import NameResolution
import SenderAuthentication
import Testing

/// The test data of DKIM and ARC, and a DNS that has their records.
enum SignatureVectors {
    /// What a name answers: the strings of a TXT record, or a failure.
    enum Record: Decodable {
        case text([String])
        case error(String)

        private enum Key: CodingKey { case error }

        init(from decoder: any Decoder) throws {
            if let strings = try? decoder.singleValueContainer().decode([String].self) {
                self = .text(strings)
            } else {
                self = .error(try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .error))
            }
        }
    }

    /// A message, the DNS, and what verifying it gives.
    struct Case: Decodable, CustomTestStringConvertible {
        let id: String
        let message: String
        let dns: [String: Record]
        let now: Int64?
        let lf: Bool?
        let expected: String
        let tags: [String]?
        let usable_under_rfc6376: Bool?

        var testDescription: String { id }
    }

    static func folder(_ set: String) -> URL { Bundle.module.bundleURL.appending(path: "Resources/\(set)") }

    static func decode<Value: Decodable>(_ set: String, _ file: String, as type: Value.Type = Value.self) -> Value? {
        guard let data = try? Data(contentsOf: folder(set).appending(path: file)) else { return nil }
        return try? JSONDecoder().decode(type, from: data)
    }

    static func cases(_ set: String) -> [Case] { decode(set, "cases.json") ?? [] }

    static func octets(_ url: URL) throws -> [UInt8] { [UInt8](try Data(contentsOf: url)) }

    /// A message of a set, its lines ended as on the wire.
    static func message(_ set: URL, _ item: Case) throws -> [UInt8] {
        let octets = try octets(set.appending(path: item.message))
        return item.lf == true ? wire(octets) : octets
    }

    /// Lines that end with LF get CRLF.
    static func wire(_ octets: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for octet in octets where octet != 0x0D {
            if octet == 0x0A { out.append(0x0D) }
            out.append(octet)
        }
        return out
    }

    static func resolver(_ records: [String: Record]) -> ZoneResolver {
        var resolver = ZoneResolver()
        for (name, record) in records {
            // Names that are none are never asked for.
            guard let name = DNSName(name) else { continue }
            switch record {
            case .text(let strings):
                resolver.add(name, .txt, .text(strings.map { Array($0.utf8) }))
            case .error("nxdomain"):
                break
            case .error(let error):
                resolver.fail(name, error == "timeout" ? .timeout : .serverFailure)
            }
        }
        return resolver
    }

    static func resolver(_ name: String, _ text: String) -> ZoneResolver { resolver([name: .text([text])]) }

    /// Unpacks the published private keys of a set. Nil: there is no tar with xz here.
    static func keys(_ set: String) -> URL? {
        let target = FileManager.default.temporaryDirectory.appending(path: "samotop-test-keys-\(UUID().uuidString)")
        guard (try? FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)) != nil else {
            return nil
        }
        let tar = Process()
        tar.executableURL = URL(filePath: "/usr/bin/env")
        tar.arguments = ["tar", "xJf", folder(set).appending(path: "test-keys.tar.xz").path, "-C", target.path]
        tar.standardError = FileHandle.nullDevice
        guard (try? tar.run()) != nil else { return nil }
        tar.waitUntilExit()
        return tar.terminationStatus == 0 ? target : nil
    }
}

/// When the messages of the sets are looked at, unless they say so themselves: after all of them were signed.
let vectorTime: Int64 = 1_735_689_600

func octets(_ text: String) -> [UInt8] { Array(text.utf8) }

func string(_ octets: some Sequence<UInt8>) -> String { String(decoding: Array(octets), as: UTF8.self) }

/// SplitMix64: the same seed gives the same cases.
struct SignatureGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The octets in pieces of up to `longest`.
    mutating func pieces(of octets: [UInt8], longest: Int) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var rest = octets[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...longest, using: &self)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return pieces
    }
}
