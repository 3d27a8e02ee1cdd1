/// A field of an entry in a zone file: a word, or a string in quotes (RFC 1035 §5.1).
struct ZoneField {
    /// The field without its quotes; escapes stand as they are written.
    let text: ArraySlice<UInt8>
    let isQuoted: Bool
    let line: Int

    /// Octets of a name in a file at most: 255, each written as `\DDD`.
    static let maximumNameText = 4 * DNSName.maximumLength

    /// For messages.
    var shown: String {
        String(
            decoding: text.prefix(64).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }

    /// Whether it is this word, in any case, and no string.
    func isWord(_ word: String) -> Bool {
        !isQuoted && text.elementsEqual(word.utf8) { $0.lowercased == $1.lowercased }
    }

    /// The octets that it stands for; nil when an escape is none.
    var octets: [UInt8]? {
        guard text.contains(UInt8(ascii: "\\")) else { return Array(text) }
        var octets: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            guard let (octet, _) = character(&index) else { return nil }
            octets.append(octet)
        }
        return octets
    }

    /// The name: absolute with a dot at its end, `@` for the origin, all else below the origin. Nil when it is none.
    func name(below origin: DNSName) -> DNSName? {
        guard !isQuoted, text.count <= Self.maximumNameText else { return nil }
        if text.elementsEqual("@".utf8) { return origin }
        if text.elementsEqual(".".utf8) { return .root }
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var index = text.startIndex
        while index < text.endIndex {
            guard let (octet, isEscaped) = character(&index) else { return nil }
            guard octet == UInt8(ascii: "."), !isEscaped else {
                label.append(octet)
                continue
            }
            labels.append(label)
            label = []
        }
        // An empty label is refused by DNSName, but for the one that a dot at the end leaves.
        guard !label.isEmpty else { return DNSName(labels: labels) }
        return DNSName(labels: (labels + [label]).map { $0[...] } + origin.labels)
    }

    /// A number of seconds: digits, or groups of digits with `w`, `d`, `h`, `m` or `s` behind them. Up to 2³¹ - 1 (RFC
    /// 2181 §8).
    var timeToLive: UInt32? {
        guard !isQuoted, text.first?.isDigit == true else { return nil }
        var (sum, number, hasDigits): (UInt32, UInt32, Bool) = (0, 0, false)
        for byte in text {
            if byte.isDigit {
                guard let next = Self.appending(byte, to: number) else { return nil }
                (number, hasDigits) = (next, true)
                continue
            }
            guard hasDigits, let unit = Self.unit(byte) else { return nil }
            let (product, tooLarge) = number.multipliedReportingOverflow(by: unit)
            let (next, overflow) = sum.addingReportingOverflow(product)
            guard !tooLarge, !overflow else { return nil }
            (sum, number, hasDigits) = (next, 0, false)
        }
        let (seconds, overflow) = sum.addingReportingOverflow(number)
        return overflow || seconds > UInt32(Int32.max) ? nil : seconds
    }

    /// A decimal number up to `limit`.
    func number(upTo limit: UInt32) -> UInt32? {
        guard !isQuoted, !text.isEmpty else { return nil }
        var number: UInt32 = 0
        for byte in text {
            guard byte.isDigit, let next = Self.appending(byte, to: number) else { return nil }
            number = next
        }
        return number <= limit ? number : nil
    }

    private static func appending(_ digit: UInt8, to number: UInt32) -> UInt32? {
        let (product, tooLarge) = number.multipliedReportingOverflow(by: 10)
        let (sum, overflow) = product.addingReportingOverflow(UInt32(digit - UInt8(ascii: "0")))
        return tooLarge || overflow ? nil : sum
    }

    private static func unit(_ letter: UInt8) -> UInt32? {
        switch letter.lowercased {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }

    /// The next octet, and whether it was written with a `\`.
    private func character(_ index: inout Int) -> (octet: UInt8, isEscaped: Bool)? {
        guard index < text.endIndex else { return nil }
        let byte = text[index]
        index += 1
        guard byte == UInt8(ascii: "\\") else { return (byte, false) }
        guard index < text.endIndex else { return nil }
        guard text[index].isDigit else {
            index += 1
            return (text[index - 1], true)
        }
        let digits = text[index...].prefix(3)
        guard digits.count == 3, digits.allSatisfy(\.isDigit),
            let octet = UInt8(exactly: digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        else { return nil }
        index += 3
        return (octet, true)
    }
}
