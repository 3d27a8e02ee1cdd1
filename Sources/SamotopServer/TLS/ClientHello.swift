package import NIOCore

/// The part of a ClientHello that decides about a connection (RFC 8446 §4.1.2).
package struct ClientHello {
    package private(set) var serverName: String?
    package private(set) var applicationProtocols: [String]?

    /// Nil: not a ClientHello, or none that this can read.
    init?(message: ByteBuffer) {
        var body = message
        guard body.readInteger(as: UInt8.self) == 1, body.readBytes(length: 3) != nil,
            body.readBytes(length: 34) != nil,
            body.readLengthPrefixedSlice(as: UInt8.self) != nil,  // legacy_session_id
            body.readLengthPrefixedSlice(as: UInt16.self) != nil,  // cipher_suites
            body.readLengthPrefixedSlice(as: UInt8.self) != nil  // legacy_compression_methods
        else { return nil }
        guard var extensions = body.readLengthPrefixedSlice(as: UInt16.self) else { return }
        while let type = extensions.readInteger(as: UInt16.self) {
            guard var content = extensions.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            switch type {
            case 0: serverName = Self.serverName(&content)
            case 16: applicationProtocols = Self.applicationProtocols(&content)
            default: break
            }
        }
    }

    // RFC 6066 §3
    private static func serverName(_ content: inout ByteBuffer) -> String? {
        guard var names = content.readLengthPrefixedSlice(as: UInt16.self), names.readInteger(as: UInt8.self) == 0,
            let name = names.readLengthPrefixedSlice(as: UInt16.self), name.readableBytes <= 255
        else { return nil }
        return String(decoding: name.readableBytesView, as: UTF8.self)
    }

    // RFC 7301 §3.1
    private static func applicationProtocols(_ content: inout ByteBuffer) -> [String]? {
        guard var list = content.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
        var names: [String] = []
        while let name = list.readLengthPrefixedSlice(as: UInt8.self) {
            names.append(String(decoding: name.readableBytesView, as: UTF8.self))
        }
        return names
    }
}

/// Puts a ClientHello together from the records that carry it, however they cut it (RFC 8446 §5.1): whoever stands between
/// client and server can cut it anew without either noticing.
package struct ClientHelloReader {
    package enum Reading {
        case hello(ClientHello)
        /// More octets are needed.
        case incomplete
        /// Something else, or too long: the TLS library will say what it thinks of it.
        case unreadable
    }

    /// What the TLS library takes at most.
    private static let maximumLength = 16_384
    private static let handshake: UInt8 = 22

    private var records = ByteBuffer()
    private var message = ByteBuffer()

    package init() {}

    /// Goes on with the next octets from the network.
    package mutating func read(_ bytes: ByteBuffer) -> Reading {
        records.writeImmutableBuffer(bytes)
        while true {
            if let length = messageLength, message.readableBytes >= length {
                return ClientHello(message: message.getSlice(at: message.readerIndex, length: length) ?? message)
                    .map { .hello($0) } ?? .unreadable
            }
            guard message.readableBytes <= Self.maximumLength + 4 else { return .unreadable }
            let start = records.readerIndex
            guard let type = records.getInteger(at: start, as: UInt8.self) else { return .incomplete }
            guard type == Self.handshake else { return .unreadable }
            guard let length = records.getInteger(at: start + 3, as: UInt16.self) else { return .incomplete }
            guard (1...16_384).contains(length) else { return .unreadable }
            guard records.readableBytes >= 5 + Int(length) else { return .incomplete }
            records.moveReaderIndex(forwardBy: 5)
            if var fragment = records.readSlice(length: Int(length)) { message.writeBuffer(&fragment) }
        }
    }

    /// With its own header; nil as long as that hasn't come.
    private var messageLength: Int? {
        let start = message.readerIndex
        guard let high = message.getInteger(at: start + 1, as: UInt8.self),
            let low = message.getInteger(at: start + 2, as: UInt16.self)
        else { return nil }
        return 4 + (Int(high) << 16 | Int(low))
    }
}
