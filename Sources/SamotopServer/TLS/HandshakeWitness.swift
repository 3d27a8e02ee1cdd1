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
    private var hello: ByteBuffer?
    private var isPastClientHello = false
    private var isPastServerHello = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isPastClientHello else { return context.fireChannelRead(data) }
        var bytes = unwrapInboundIn(data)
        if hello == nil { hello = bytes } else { hello?.writeBuffer(&bytes) }
        guard let received = hello else { return }
        switch ClientHello.read(received) {
        case .incomplete:
            return
        case .unreadable:
            break
        case .hello(let read):
            serverName = read.serverName
            if let offered = read.applicationProtocols, !offered.contains("smtp") { return refuse(context) }
        }
        isPastClientHello = true
        hello = nil
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

/// The part of a ClientHello that decides about a connection (RFC 8446 §4.1.2).
struct ClientHello {
    enum Reading {
        case hello(ClientHello)
        /// More octets are needed; at most one record is waited for.
        case incomplete
        /// No ClientHello in the first record: the TLS library will say what it thinks of it.
        case unreadable
    }

    var serverName: String?
    var applicationProtocols: [String]?

    static func read(_ bytes: ByteBuffer) -> Reading {
        var record = bytes
        guard let type = record.readInteger(as: UInt8.self) else { return .incomplete }
        guard type == 22 else { return .unreadable }
        guard let _ = record.readInteger(as: UInt16.self), let length = record.readInteger(as: UInt16.self) else {
            return .incomplete
        }
        guard length <= 16_384 else { return .unreadable }
        guard var body = record.readSlice(length: Int(length)) else { return .incomplete }
        guard let hello = parse(&body) else { return .unreadable }
        return .hello(hello)
    }

    private static func parse(_ body: inout ByteBuffer) -> ClientHello? {
        guard body.readInteger(as: UInt8.self) == 1, body.readBytes(length: 3) != nil, body.readBytes(length: 34) != nil,
            body.readLengthPrefixedSlice(as: UInt8.self) != nil,  // legacy_session_id
            body.readLengthPrefixedSlice(as: UInt16.self) != nil,  // cipher_suites
            body.readLengthPrefixedSlice(as: UInt8.self) != nil  // legacy_compression_methods
        else { return nil }
        var hello = ClientHello()
        guard var extensions = body.readLengthPrefixedSlice(as: UInt16.self) else { return hello }
        while let type = extensions.readInteger(as: UInt16.self) {
            guard var content = extensions.readLengthPrefixedSlice(as: UInt16.self) else { return nil }
            switch type {
            case 0: hello.serverName = serverName(&content)
            case 16: hello.applicationProtocols = applicationProtocols(&content)
            default: break
            }
        }
        return hello
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

/// The cipher suite in a ServerHello (RFC 8446 §4.1.3, RFC 5246 §7.4.1.3).
enum ServerHello {
    static func cipherSuite(_ bytes: ByteBuffer) -> UInt16? {
        var record = bytes
        guard record.readInteger(as: UInt8.self) == 22, record.readBytes(length: 4) != nil,
            record.readInteger(as: UInt8.self) == 2, record.readBytes(length: 3) != nil, record.readBytes(length: 34) != nil,
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
