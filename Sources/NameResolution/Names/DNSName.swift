/// A name of the DNS (RFC 1035 §3.1): up to 127 labels of 1 to 63 octets each, 255 octets on the wire with the root's.
///
/// Labels may hold any octet, as answers from outside do. Case is kept; `==` and `hash(into:)` ignore that of ASCII letters
/// (RFC 4343).
public struct DNSName: Sendable {
    /// The name on the wire, without compression: a length before each label, and a zero at the end.
    public let wire: [UInt8]

    /// The root.
    public static let root = DNSName(checked: [0])

    /// Octets of a name on the wire at most.
    static let maximumLength = 255
    /// Octets of a label at most.
    static let maximumLabel = 63

    init(checked wire: [UInt8]) { self.wire = wire }

    /// The name with these labels, the one below the root last; nil when a label is empty or too long, or the name is.
    public init?(labels: some Sequence<some Collection<UInt8>>) {
        var wire: [UInt8] = []
        for label in labels {
            guard let length = UInt8(exactly: label.count), (1...UInt8(Self.maximumLabel)).contains(length) else {
                return nil
            }
            wire.append(length)
            wire += label
            guard wire.count < Self.maximumLength else { return nil }
        }
        self.wire = wire + [0]
    }

    /// The name that `text` writes, labels with dots between them, a dot at the end or none; `.` is the root.
    ///
    /// Octets stand for themselves: there are no escapes, and U-labels are not converted (``init(internationalized:)`` does).
    /// Nil when a label is empty or over 63 octets, or the name over 255.
    public init?(_ text: some Collection<UInt8>) { self.init(Array(text)[...]) }

    /// The name that `text` writes.
    public init?(_ text: [UInt8]) { self.init(text[...]) }

    /// The name that `text` writes. In one pass: the place of each dot is that of a label's length.
    public init?(_ text: ArraySlice<UInt8>) {
        let dot = UInt8(ascii: ".")
        if text.count == 1, text.first == dot {
            self = .root
            return
        }
        let text = text.last == dot ? text.dropLast() : text
        guard text.count <= Self.maximumLength - 2 else { return nil }
        var wire: [UInt8] = []
        wire.reserveCapacity(text.count + 2)
        wire.append(0)
        wire += text
        wire.append(0)
        let last = wire.count - 1
        var start = 0
        for index in 1...last where index == last || wire[index] == dot {
            let length = index - start - 1
            guard (1...Self.maximumLabel).contains(length) else { return nil }
            wire[start] = UInt8(length)
            start = index
        }
        self.init(checked: wire)
    }

    /// The name in the UTF-8 of `text`.
    public init?(_ text: String) { self.init(Array(text.utf8)) }

    /// The labels from left to right, without the root's.
    public var labels: [ArraySlice<UInt8>] {
        var labels: [ArraySlice<UInt8>] = []
        var index = 0
        while index < wire.count, wire[index] > 0 {
            let next = index + 1 + Int(wire[index])
            labels.append(wire[(index + 1)..<next])
            index = next
        }
        return labels
    }

    /// How many labels there are, without the root's.
    public var labelCount: Int {
        var count = 0
        var index = 0
        while index < wire.count, wire[index] > 0 {
            index += 1 + Int(wire[index])
            count += 1
        }
        return count
    }

    /// The name without its leftmost label; nil for the root.
    public var parent: DNSName? { wire[0] == 0 ? nil : DNSName(checked: Array(wire[(1 + Int(wire[0]))...])) }

    /// The name with the rightmost `count` labels of this one, or this one when it has no more.
    public func suffix(_ count: Int) -> DNSName {
        let surplus = labelCount - max(count, 0)
        guard surplus > 0 else { return self }
        var start = 0
        for _ in 0..<surplus { start += 1 + Int(wire[start]) }
        return DNSName(checked: Array(wire[start...]))
    }

    /// This name with other labels in front: `_dmarc` before `example.org` is `_dmarc.example.org`. Nil when that is too long.
    public func prefixed(by text: String) -> DNSName? { DNSName(text).flatMap(prefixed) }

    /// This name with the labels of another one in front. Nil when that is too long.
    public func prefixed(by name: DNSName) -> DNSName? {
        let count = name.wire.count - 1 + wire.count
        guard count <= Self.maximumLength else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(count)
        octets.append(contentsOf: name.wire)
        octets.removeLast()
        octets.append(contentsOf: wire)
        return DNSName(checked: octets)
    }

    /// Whether it is `other`, or below it.
    public func isEqualOrBelow(_ other: DNSName) -> Bool {
        let tail = wire.count - other.wire.count
        guard tail >= 0 else { return false }
        var start = 0
        while start < tail { start += 1 + Int(wire[start]) }
        return start == tail && hasEqualOctets(from: tail, as: other)
    }

    /// Whether it can be a host's name (RFC 952, RFC 1123 §2.1, and `_`, which is met in practice): what an answer calls a
    /// host and isn't one is never shown as a name.
    public var isHostName: Bool {
        guard wire.count > 1 else { return false }
        var start = 0
        while start < wire.count, wire[start] > 0 {
            let end = start + 1 + Int(wire[start])
            for index in start + 1..<end where !wire[index].isLetterOrDigit && wire[index] != UInt8(ascii: "_") {
                guard wire[index] == UInt8(ascii: "-"), index > start + 1, index < end - 1 else { return false }
            }
            start = end
        }
        return true
    }
}

extension DNSName: Hashable {
    public static func == (left: DNSName, right: DNSName) -> Bool {
        left.wire.count == right.wire.count && left.hasEqualOctets(from: 0, as: right)
    }

    /// Whether the octets from a place on are those of `other`. A length is at most 63, below the capital letters.
    private func hasEqualOctets(from start: Int, as other: DNSName) -> Bool {
        for index in other.wire.indices {
            let (own, others) = (wire[start + index], other.wire[index])
            if own != others, own.lowercased != others.lowercased { return false }
        }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        wire.span.bytes.forEachLowercasedWord { hasher.combine($0) }
    }
}

extension UInt8 {
    /// A capital ASCII letter made small.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isLetterOrDigit: Bool { isDigit || (0x61...0x7A).contains(lowercased) }
}
