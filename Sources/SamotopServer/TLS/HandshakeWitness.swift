import NIOCore
import NIOSSL

/// Stands between the network and the TLS handler while the hellos pass, and reads what is in clear in them.
///
/// It learns the name that the client asked for and the cipher suite that was chosen (the TLS library tells neither), and
/// refuses clients that offer only other application protocols (RFC 7301 §3.2): a browser's connection that
/// somebody bent towards us must not get an answer it could mistake (ALPACA).
final class HandshakeWitness: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private(set) var serverName: String?
    private(set) var cipherSuite: UInt16?
    /// False as long as no hello came that could be read.
    private(set) var hasReadHello = false
    private var held = ByteBuffer()
    private var reader = ClientHelloReader()
    private var isPastClientHello = false
    private var isPastServerHello = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isPastClientHello else { return context.fireChannelRead(data) }
        let bytes = unwrapInboundIn(data)
        held.writeImmutableBuffer(bytes)
        switch reader.read(bytes) {
        case .incomplete:
            return
        case .unreadable:
            break
        case .hello(let hello):
            serverName = hello.serverName
            if let offered = hello.applicationProtocols, !offered.contains("smtp") { return refuse(context) }
            hasReadHello = true
        }
        isPastClientHello = true
        let received = held
        held = ByteBuffer()
        context.fireChannelRead(wrapInboundOut(received))
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if !isPastServerHello {
            isPastServerHello = true
            cipherSuite = ServerHello.cipherSuite(unwrapOutboundIn(data))
        }
        context.write(data, promise: promise)
    }

    /// A fatal alert, no_application_protocol (RFC 7301 §3.2).
    private func refuse(_ context: ChannelHandlerContext) {
        let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 120]
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: alert)), promise: nil)
        context.close(mode: .all, promise: nil)
    }
}

/// The cipher suite in a ServerHello (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).
enum ServerHello {
    static func cipherSuite(_ bytes: ByteBuffer) -> UInt16? {
        var record = bytes
        guard record.readInteger(as: UInt8.self) == 22, record.readBytes(length: 4) != nil,
            record.readInteger(as: UInt8.self) == 2, record.readBytes(length: 3) != nil,
            record.readBytes(length: 34) != nil,
            record.readLengthPrefixedSlice(as: UInt8.self) != nil
        else { return nil }
        return record.readInteger(as: UInt16.self)
    }

    /// IANA's names of the suites that this server accepts.
    static func name(_ suite: UInt16) -> String? {
        switch suite {
        case 0x1301: "TLS_AES_128_GCM_SHA256"
        case 0x1302: "TLS_AES_256_GCM_SHA384"
        case 0x1303: "TLS_CHACHA20_POLY1305_SHA256"
        case 0xC02B: "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
        case 0xC02C: "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
        case 0xC02F: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        case 0xC030: "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
        case 0xCCA8: "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        case 0xCCA9: "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
        default: nil
        }
    }
}
