import SMTP
import SamotopDelivery

/// Addresses, one a line: `ann@example.org`, `info@example.org: ann@example.org bob@example.org`, `old@example.org: -`.
enum AddressLines {
    /// Octets of a file at most.
    static let largest = 256 << 20

    /// - Throws: with the first twenty lines that are no addresses.
    static func rows(_ bytes: [UInt8], name: String) throws(StartFailure) -> [AddressRow] {
        var rows: [AddressRow] = []
        var problems: [String] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        {
            let text = trimmed(line.prefix { $0 != UInt8(ascii: "#") })
            if text.isEmpty { continue }
            if let row = row(text) {
                rows.append(row)
            } else if problems.count < 20 {
                problems.append(
                    "\(OneLine.escaped(name)):\(number + 1): no address, or no addresses behind the colon; nothing was changed"
                )
            }
        }
        guard problems.isEmpty else { throw StartFailure(ExitStatus.usage, problems) }
        return rows
    }

    private static func row(_ text: ArraySlice<UInt8>) -> AddressRow? {
        let parts = text.split(separator: UInt8(ascii: ":"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Mailbox(Array(trimmed(parts[0]))) else { return nil }
        guard parts.count == 2 else { return AddressRow(address, .mailbox) }
        let rest = trimmed(parts[1])
        if rest.elementsEqual([UInt8(ascii: "-")]) { return AddressRow(address, .nobody) }
        let words = rest.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\t") }
        let targets = words.compactMap { Mailbox(Array($0)) }
        return targets.count == words.count ? AddressRow(address, .alias(targets)) : nil
    }

    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ octet: UInt8) -> Bool { octet == 0x20 || octet == 0x09 || octet == 0x0D }
        var rest = text.drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
