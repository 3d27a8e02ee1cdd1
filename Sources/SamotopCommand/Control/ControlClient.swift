#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
import NIOCore
import NIOPosix

/// Asks a running server.
struct ControlClient {
    let path: String

    /// The server's answer to a line; throws what to do when there is none.
    func ask(_ line: String) async throws -> String {
        let channel: NIOAsyncChannel<ByteBuffer, ByteBuffer>
        do {
            channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
                }
        } catch {
            throw StartFailure(
                ExitStatus.temporary,
                ["samotop: no server answers at \(path): start it, and ask as root or as its user"])
        }
        let answer = try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: line + "\n"))
            var answer = ""
            for try await part in inbound { answer += String(buffer: part) }
            return answer
        }
        guard answer.hasPrefix("OK ") else {
            throw StartFailure(ExitStatus.failure, ["samotop: \(OneLine.escaped(String(answer.dropFirst(3))))"])
        }
        return String(answer.dropFirst(3).prefix { $0 != "\n" })
    }
}
