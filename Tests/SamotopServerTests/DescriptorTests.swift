import NIOCore
import NIOEmbedded
import Testing

@testable import SamotopServer

/// X06: the process has no descriptor left.
@Suite struct DescriptorTests {
    @Test("X06: after an accept that failed none is tried for a second")
    func pause() throws {
        let channel = EmbeddedChannel(handler: AcceptPauseHandler())
        var reading: [Bool] {
            channel.options.compactMap { $0.option is ChannelOptions.Types.AutoReadOption ? $0.value as? Bool : nil }
        }
        for _ in 1...3 {
            for _ in 0..<5 { channel.pipeline.fireErrorCaught(IOError(errnoCode: 24, reason: "accept")) }
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(999))
            #expect(reading == [false])
            channel.embeddedEventLoop.advanceTime(by: .milliseconds(1))
            #expect(reading == [true])
        }
        try channel.throwIfErrorCaught()
    }
}
