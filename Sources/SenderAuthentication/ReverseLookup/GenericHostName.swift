import InternetMessage
public import NameResolution

/// Whether a host's name looks as if it were made for a whole range of addresses, as those of dial-up lines are, and
/// not given to a mail server.
///
/// The two labels on the right are not looked at: they are somebody's domain. It is a guess, and no more than a hint.
public enum GenericHostName {
    /// What makes a name look so.
    public enum Sign: String, Sendable, Hashable {
        /// The name holds the address: its octets in decimal with anything but digits between them, in either order,
        /// padded with zeros or not; its octets in hexadecimal, in either order; of an IPv6 address also its nibbles
        /// in either order, its last 64 bits, and its text with hyphens for the colons.
        case address
        /// A word of ``words``.
        case word
    }

    /// Words that name kinds of access lines. A word is what stands between hyphens, underscores, digits and dots.
    public static let words: Set<String> = [
        "adsl", "broadband", "cable", "cpe", "customer", "customers", "dhcp", "dial", "dialin", "dialup", "dsl", "dyn",
        "dynamic", "dynamicip", "dynip", "ftth", "pool", "pools", "ppp", "pppoe", "vdsl", "xdsl",
    ]

    /// The sign that a name has for an address; nil when it has none.
    public static func sign(in name: DNSName, of address: IPAddress) -> Sign? {
        let own = name.labels.dropLast(2).map { $0.map(\.lowercasedASCII) }
        let text = Array(own.joined(separator: [UInt8(ascii: ".")]))
        if holds(address, text) { return .address }
        let found = text.split { !$0.isAlpha }.contains { words.contains(String(decoding: $0, as: UTF8.self)) }
        return found ? .word : nil
    }

    private static func holds(_ address: IPAddress, _ text: [UInt8]) -> Bool {
        let octets = address.octets
        let hexadecimal = octets.flatMap { [$0 >> 4, $0 & 0x0F] }
        // Separators between hexadecimal digits say nothing.
        let dense = text.filter(\.isAlphanumeric)
        guard address.isIPv6 else {
            let backwards = Array(octets.reversed())
            let numbers = text.split { !$0.isDigit }.map(number)
            return contains(numbers, octets.map { Int($0) }) || contains(numbers, backwards.map { Int($0) })
                || contains(text, octets.flatMap(padded)) || contains(text, backwards.flatMap(padded))
                || contains(dense, digits(hexadecimal))
                || contains(dense, digits(backwards.flatMap { [$0 >> 4, $0 & 0x0F] }))
        }
        let hyphenated = Array(address.description.utf8).map { $0 == UInt8(ascii: ":") ? UInt8(ascii: "-") : $0 }
        return contains(dense, digits(hexadecimal)) || contains(dense, digits(hexadecimal.reversed()))
            || contains(dense, digits(hexadecimal.suffix(16))) || contains(text, hyphenated)
    }

    /// The number that up to three digits write; of more, one that no octet is.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int {
        digits.count > 3 ? .max : digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }

    /// Three decimal digits.
    private static func padded(_ octet: UInt8) -> [UInt8] { digits([octet / 100, octet / 10 % 10, octet % 10]) }

    private static func digits(_ values: some Sequence<UInt8>) -> [UInt8] {
        values.map { $0 < 10 ? 0x30 + $0 : 0x61 + $0 - 10 }
    }

    private static func contains<Element: Equatable>(_ all: [Element], _ part: [Element]) -> Bool {
        guard all.count >= part.count else { return false }
        return (0...(all.count - part.count)).contains { all[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
