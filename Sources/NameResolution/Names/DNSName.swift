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
    public init?(_ text: some Collection<UInt8>) { self.init(octets: Array(text)) }

    /// In one pass: the place of each dot is that of a label's length.
    private init?(octets text: [UInt8]) {
        let dot = UInt8(ascii: ".")
        if text == [dot] {
            self = .root
            return
        }
        let end = text.count > 1 && text.last == dot ? text.count - 1 : text.count
        guard end <= Self.maximumLength - 2 else { return nil }
        var wire: [UInt8] = [0]
        wire.reserveCapacity(end + 2)
        var start = 0
        for index in 0...end {
            if index < end, text[index] != dot {
                wire.append(text[index])
                continue
            }
            let length = wire.count - start - 1
            guard (1...Self.maximumLabel).contains(length) else { return nil }
            wire[start] = UInt8(length)
            start = wire.count
            wire.append(0)
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

    /// The name without its leftmost label; nil for the root.
    public var parent: DNSName? { wire[0] == 0 ? nil : DNSName(checked: Array(wire[(1 + Int(wire[0]))...])) }

    /// The name with the rightmost `count` labels of this one, or this one when it has no more.
    public func suffix(_ count: Int) -> DNSName {
        var name = self
        for _ in 0..<max(0, labels.count - max(count, 0)) { name = name.parent ?? .root }
        return name
    }

    /// This name with other labels in front: `_dmarc` before `example.org` is `_dmarc.example.org`. Nil when that is too long.
    public func prefixed(by text: String) -> DNSName? {
        guard let prefix = DNSName(text) else { return nil }
        let wire = prefix.wire.dropLast() + wire
        return wire.count <= Self.maximumLength ? DNSName(checked: Array(wire)) : nil
    }

    /// Whether it is `other`, or below it.
    public func isEqualOrBelow(_ other: DNSName) -> Bool {
        let (own, others) = (labels.count, other.labels.count)
        return own >= others && suffix(others) == other
    }

    /// The name in presentation form without a dot at the end (RFC 1035 §5.1, RFC 4343 §2.1): a dot or backslash in a label is
    /// `\.` or `\\`, what isn't printable ASCII `\DDD`. The root is `.`.
    public var text: String {
        guard wire.count > 1 else { return "." }
        var text: [UInt8] = []
        for (index, label) in labels.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ".")) }
            for byte in label { Self.write(byte, into: &text) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func write(_ byte: UInt8, into text: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
        case 0x21...0x7E: text.append(byte)
        default: text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        }
    }

    /// Whether it can be a host's name (RFC 952, RFC 1123 §2.1, and `_`, which is met in practice): what an answer calls a
    /// host and isn't one is never shown as a name.
    public var isHostName: Bool {
        wire.count > 1
            && labels.allSatisfy { label in
                label.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
                    && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            }
    }
}

extension DNSName: Hashable {
    public static func == (left: DNSName, right: DNSName) -> Bool {
        // A length is at most 63, below the capital letters.
        left.wire.count == right.wire.count && left.wire.elementsEqual(right.wire) { $0.lowercased == $1.lowercased }
    }

    public func hash(into hasher: inout Hasher) {
        // All at once: an octet after the other costs several times as much. The buffer has room for each octet of the name,
        // is filled before it is read, and does not leave the closure.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: wire.count) { buffer in
            for (index, byte) in wire.enumerated() { buffer.initializeElement(at: index, to: byte.lowercased) }
            hasher.combine(bytes: UnsafeRawBufferPointer(buffer))
        }
    }
}

extension DNSName: CustomStringConvertible {
    /// The name in presentation form. Names are public things, unlike addresses; whose mail asked for one isn't told here.
    public var description: String { text }
}

extension UInt8 {
    /// A capital ASCII letter made small.
    var lowercased: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }

    var isDigit: Bool { (0x30...0x39).contains(self) }

    var isLetterOrDigit: Bool { isDigit || (0x61...0x7A).contains(lowercased) }
}
