import ArgumentParser
import Foundation
import NameResolution
import TransportSecurity

/// `samotop signatures check DOMAIN`.
struct SignatureCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Connect to a domain's mail servers, and say what samotop would make of each.",
        discussion: """
            Looks up MX and TLSA records, connects, and holds the certificate against them. No mail is sent, nothing is remembered. The \
            policy file of MTA-STS isn't fetched. Exits with 1 when mail would wait.

            samotop signatures check example.net
            samotop signatures check example.net --server 192.0.2.1:25 --tlsa "3 1 1 5f2c…"
            """)

    @Argument(help: "The domain.") var domain: String
    @Option(name: .long, help: "ADDRESS:PORT to connect to instead of the servers' own.") var server: String?
    @Option(name: .long, help: "A TLSA record to take instead of what the DNS has, \"3 1 1 …\"; may be repeated.")
    var tlsa: [String] = []
    @Flag(name: .long, help: "As JSON.") var json = false
    @OptionGroup var lookup: LookupOptions

    func run() throws {
        try StartFailure.reported {
            guard let name = DNSName(internationalized: Array(domain.utf8)) else {
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(domain)): not a name of the DNS"])
            }
            var resolver: any NameResolution.Resolver = try lookup.makeResolver(try lookup.configuration())
            let records = try tlsa.map(Self.record)
            if !records.isEmpty { resolver = GivenRecords(records: records, others: resolver) }
            var check = SignatureCheck(domain: name, resolver: resolver)
            if let server {
                let target = try Self.target(server)
                (check.server, check.port) = (target.address, target.port)
            }
            let made = check
            let findings = try Blocking.run { try await made.findings() }
            StandardOutput().write(json ? [try Self.text(findings)] : findings.flatMap(SignatureCheckOutput.lines))
            guard findings.allSatisfy({ $0.verdict?.outcome == .proceed }) else { throw ExitCode(ExitStatus.failure) }
        }
    }

    private static func record(_ text: String) throws -> TLSARecord {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "\t" })
        let octets = parts.count > 3 ? parts[3...].joined() : ""
        var data: [UInt8] = []
        var digits = octets.utf8.makeIterator()
        while let high = digits.next(), let low = digits.next(), let left = hexadecimal(high),
            let right = hexadecimal(low)
        {
            data.append(left << 4 | right)
        }
        guard parts.count > 3, let usage = UInt8(parts[0]), let selector = UInt8(parts[1]),
            let matching = UInt8(parts[2]),
            !data.isEmpty, data.count * 2 == octets.utf8.count
        else {
            throw StartFailure(
                ExitStatus.usage, ["--tlsa: write usage, selector, matching type and hexadecimal digits: 3 1 1 5f2c…"])
        }
        return TLSARecord(usage: usage, selector: selector, matchingType: matching, data: data)
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }

    private static func target(_ text: String) throws -> (address: IPAddress, port: UInt16) {
        let colon = text.lastIndex(of: ":") ?? text.endIndex
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard colon < text.endIndex, let address = IPAddress(host),
            let port = UInt16(text[text.index(after: colon)...]), port > 0
        else {
            throw StartFailure(
                ExitStatus.usage, ["--server: write ADDRESS:PORT, like 192.0.2.1:25 or [2001:db8::1]:25"])
        }
        return (address, port)
    }

    private static func text(_ findings: [SignatureCheck.Finding]) throws -> String {
        try QueueToolCommand.text(findings.map(SignatureCheckOutput.Document.init))
    }
}
