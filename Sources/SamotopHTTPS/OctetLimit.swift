package import NIOCore
import TransportSecurity

/// Bounds all that a server may send inside TLS: header fields, provisional responses and the framing of chunks too.
package final class OctetLimit: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias InboundOut = ByteBuffer

    /// Octets that there may be besides twice the body.
    static let framing = 32 << 10

    private var left: Int

    package init(_ octets: Int) { left = octets }

    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        guard count <= left else {
            left = 0
            return context.fireErrorCaught(HTTPSFetchError.tooLong)
        }
        left -= count
        context.fireChannelRead(data)
    }
}
