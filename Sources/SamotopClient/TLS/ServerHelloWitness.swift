import NIOCore

/// Stands between the network and the TLS handler until the ServerHello has passed, and reads the cipher suite in it: the TLS
/// library doesn't tell.
final class ServerHelloWitness: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// RFC 8446 §4.1.3: a ServerHello up to its cipher suite, with the header of its record.
    private static let needed = 5 + 4 + 2 + 32 + 1 + 32 + 2

    private(set) var cipherSuite: UInt16?
    private var seen = ByteBuffer()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if cipherSuite == nil, seen.readableBytes < Self.needed {
            let bytes = unwrapInboundIn(data)
            if let start = bytes.getSlice(at: bytes.readerIndex, length: min(bytes.readableBytes, Self.needed)) {
                seen.writeImmutableBuffer(start)
                cipherSuite = Self.cipherSuite(seen)
            }
        }
        context.fireChannelRead(data)
    }

    /// The cipher suite in a ServerHello (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).
    static func cipherSuite(_ bytes: ByteBuffer) -> UInt16? {
        var record = bytes
        guard record.readInteger(as: UInt8.self) == 22, record.readSlice(length: 4) != nil,
            record.readInteger(as: UInt8.self) == 2, record.readSlice(length: 3 + 2 + 32) != nil,
            record.readLengthPrefixedSlice(as: UInt8.self) != nil
        else { return nil }
        return record.readInteger(as: UInt16.self)
    }

    /// IANA's names of the usual suites.
    static func name(_ suite: UInt16) -> String {
        switch suite {
        case 0x1301: return "TLS_AES_128_GCM_SHA256"
        case 0x1302: return "TLS_AES_256_GCM_SHA384"
        case 0x1303: return "TLS_CHACHA20_POLY1305_SHA256"
        case 0xC02B: return "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case 0xC02C: return "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case 0xC02F: return "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0xC030: return "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0xCCA8: return "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case 0xCCA9: return "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        default:
            let digits = String(suite, radix: 16, uppercase: true)
            return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
