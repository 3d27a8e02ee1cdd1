import NIOCore
import NIOEmbedded
import NIOSSL

/// The first flight of a real TLS client, to be bent by tests.
enum ClientHelloBytes {
    /// One record that holds a ClientHello.
    static func make(serverName: String? = nil, protocols: [String] = []) throws -> [UInt8] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = protocols
        let channel = EmbeddedChannel()
        let handler = try NIOSSLClientHandler(
            context: NIOSSLContext(configuration: configuration), serverHostname: serverName)
        try channel.pipeline.syncOperations.addHandler(handler)
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/test")).wait()
        var octets: [UInt8] = []
        while let buffer = try channel.readOutbound(as: ByteBuffer.self) { octets += buffer.readableBytesView }
        return octets
    }

    /// The same handshake message in records of at most `size` octets.
    static func fragmented(_ record: [UInt8], into size: Int) -> [UInt8] {
        var rest = record.dropFirst(5)
        var octets: [UInt8] = []
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            octets += [22, 3, 1, UInt8(piece.count >> 8), UInt8(piece.count & 0xFF)] + piece
            rest = rest.dropFirst(size)
        }
        return octets
    }
}
