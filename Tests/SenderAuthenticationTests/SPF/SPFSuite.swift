import Foundation
import NameResolution
import SenderAuthentication
import Testing
import Yams

/// A case of the openspf.org suites, with the world it happens in.
struct SPFSuiteCase: Sendable, CustomTestStringConvertible {
    let name: String
    let zone: ZoneResolver
    let question: SPFQuestion
    let results: [String]
    let explanation: String?

    var testDescription: String { name }
}

/// Reads a file of the suites: several documents, each with tests and the zone data that they need.
enum SPFSuite {
    static func cases(_ file: String) throws -> [SPFSuiteCase] {
        let url = Bundle.module.bundleURL.appending(path: "Resources/spf-openspf/\(file)")
        var cases: [SPFSuiteCase] = []
        for document in try Yams.compose_all(yaml: String(contentsOf: url, encoding: .utf8)) {
            let zone = try zone(#require(document.mapping?["zonedata"]?.mapping))
            for (name, test) in try #require(document.mapping?["tests"]?.mapping) {
                cases.append(try self.case(text(name), #require(test.mapping), zone))
            }
        }
        return cases
    }

    private static func `case`(_ name: String, _ test: Node.Mapping, _ zone: ZoneResolver) throws -> SPFSuiteCase {
        let client = try #require(IPAddress(text(test["host"])))
        let helo = Array(try text(test["helo"]).utf8)
        let mailFrom = Array(try text(test["mailfrom"]).utf8)
        var sender: SPFSender?
        if let at = mailFrom.lastIndex(of: UInt8(ascii: "@")) {
            sender = SPFSender(localPart: Array(mailFrom[..<at]), domain: Array(mailFrom[(at + 1)...]))
        }
        let envelope = SPFEnvelope(client: client, helo: helo, sender: sender, wantsExplanation: true)
        let result = try #require(test["result"])
        return SPFSuiteCase(
            name: name, zone: zone, question: envelope.mailFromQuestion,
            results: try (result.sequence.map(Array.init) ?? [result]).map(text),
            explanation: try test["explanation"].map { try text($0) })
    }

    /// SPF records stand for TXT records where a name has none of these: the header of the suite says so.
    private static func zone(_ data: Node.Mapping) throws -> ZoneResolver {
        var zone = ZoneResolver()
        for (owner, records) in data {
            // Names that the DNS can't hold are not in it.
            guard let name = DNSName(internationalized: Array(try text(owner).utf8)) else { continue }
            var entries: [(type: String, value: Node)] = []
            for record in try #require(records.sequence) {
                guard let pair = record.mapping?.first else {
                    #expect(try text(record) == "TIMEOUT")
                    zone.fail(name, .timeout)
                    continue
                }
                entries.append((try text(pair.key), pair.value))
            }
            let hasTXT = entries.contains { $0.type == "TXT" }
            for (type, value) in entries {
                try add(type, value, name, hasTXT, to: &zone)
            }
        }
        return zone
    }

    private static func add(
        _ type: String, _ value: Node, _ name: DNSName, _ hasTXT: Bool, to zone: inout ZoneResolver
    ) throws {
        switch type {
        case "SPF", "TXT":
            guard value.scalar?.string != "NONE" else { return }
            let strings = try (value.sequence.map(Array.init) ?? [value]).map { try octets(text($0)) }
            if type == "SPF" { zone.add(name, RecordType(rawValue: 99), .text(strings)) }
            if type == "TXT" || !hasTXT { zone.add(name, .txt, .text(strings)) }
        case "A", "AAAA":
            zone.add(name, type == "A" ? .a : .aaaa, .address(try #require(IPAddress(text(value)))))
        case "MX":
            let parts = try #require(value.sequence).map(text)
            let exchange = parts[1].isEmpty ? DNSName.root : try #require(DNSName(parts[1]))
            zone.add(name, .mx, .mailExchange(preference: try #require(UInt16(parts[0])), exchange))
        case "PTR", "CNAME":
            zone.add(name, try #require(RecordType(type)), .name(try #require(DNSName(text(value)))))
        default:
            Issue.record("a record of type \(type)")
        }
    }

    private static func text(_ node: Node?) throws -> String { try #require(node?.scalar).string }

    /// The escapes of the suite stand for octets.
    private static func octets(_ text: String) throws -> [UInt8] {
        try text.unicodeScalars.map { try #require(UInt8(exactly: $0.value)) }
    }
}
