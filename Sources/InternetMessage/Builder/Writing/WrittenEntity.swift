import SMTP

/// An entity as it stands in a message (RFC 2045 §2.4).
struct WrittenEntity {
    /// Its fields, each with its line end; without the blank line.
    var header: [UInt8]
    /// Its body; the line end before a delimiter is not of it.
    var body: [UInt8]
    /// What its way must carry.
    var needs: BodyType
    /// Its media type, for the container around it.
    var type: [UInt8] = []

    var bytes: [UInt8] { header + [.carriageReturn, .lineFeed] + body }
}

extension BodyType {
    /// What carries both.
    func joined(_ other: BodyType) -> BodyType {
        if self == .binaryMIME || other == .binaryMIME { return .binaryMIME }
        return self == .eightBitMIME || other == .eightBitMIME ? .eightBitMIME : .sevenBit
    }

    /// As a container says it (RFC 2045 §6.4); nil: nothing need be said.
    var encodingOfContainer: TransferEncoding? {
        switch self {
        case .sevenBit: nil
        case .eightBitMIME: .eightBit
        case .binaryMIME: .binary
        }
    }
}

extension TransferEncoding {
    /// What the way of a body in this encoding must carry.
    var needs: BodyType {
        switch self {
        case .eightBit: .eightBitMIME
        case .binary: .binaryMIME
        case .sevenBit, .base64, .quotedPrintable, .uuencode, .other: .sevenBit
        }
    }
}
