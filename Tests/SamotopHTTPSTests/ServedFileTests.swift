import NIOCore
import NIOEmbedded
import NIOSSL
import NameResolution
import Testing
import TransportSecurity

@testable import SamotopHTTPS

@Suite("Files beside the policies") struct ServedFileTests {
    /// A key at one host, and whatever is asked for at another.
    struct Files: ServedFiles {
        func file(at path: String, of host: DNSName) async -> ServedFile? {
            switch (host.text.lowercased(), path) {
            case ("example.org", "/key?l=x"):
                ServedFile([1, 2, 3], contentType: "application/octet-stream", isForEveryOrigin: true)
            case ("example.org", "/empty"): ServedFile([], contentType: "text/plain")
            case ("mta-sts.example.org", _): ServedFile(Array("not the policy".utf8), contentType: "text/plain")
            default: nil
            }
        }
    }

    private func said(_ request: String, until end: String) async throws -> String {
        let org = try #require(DNSName("example.org"))
        let policy = try MTASTSPolicy(mode: .enforce, maxAge: 604_800, hosts: ["mx.example.org"])
        let context = try NIOSSLContext(configuration: .makeClientConfiguration())
        let server = MTASTSPolicyServer([org: policy], others: Files()) { context }
        let channel = NIOAsyncTestingChannel()
        try await channel.testingEventLoop.executeInContext {
            try server.addRequestHandlers(to: channel.pipeline.syncOperations)
        }
        try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 443)).get()
        try await channel.writeInbound(ByteBuffer(string: "\(request)\r\n\r\n"))
        var text = ""
        while !text.hasSuffix(end) {
            let part: ByteBuffer = try await channel.waitForOutboundWrite()
            text += String(buffer: part)
        }
        try await channel.closeFuture.get()
        return text.lowercased()
    }

    @Test("A file comes with its type, its length and a word on other origins; then the connection ends") func found()
        async throws
    {
        let text = try await said("GET /key?l=x HTTP/1.1\r\nHost: example.org", until: "\u{1}\u{2}\u{3}")
        for field in [
            "http/1.1 200 ok", "content-type: application/octet-stream", "content-length: 3", "connection: close",
            "access-control-allow-origin: *", "x-content-type-options: nosniff",
        ] { #expect(text.contains(field), "\(field)") }
        let head = try await said("HEAD /key?l=x HTTP/1.1\r\nHost: EXAMPLE.org", until: "\r\n\r\n")
        #expect(head.contains("content-length: 3") && head.hasSuffix("\r\n\r\n"))
        let empty = try await said("GET /empty HTTP/1.1\r\nHost: example.org", until: "\r\n\r\n")
        #expect(empty.contains("content-length: 0") && !empty.contains("access-control"))
    }

    @Test("What isn't there is 404, and the policy stays the policy's") func others() async throws {
        for request in ["GET /key HTTP/1.1\r\nHost: example.org", "GET /key?l=x HTTP/1.1\r\nHost: example.net"] {
            #expect(try await said(request, until: "404 Not Found\r\n").hasPrefix("http/1.1 404 "))
        }
        let policy = try await said(
            "GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org", until: "604800\r\n")
        #expect(policy.contains("version: stsv1"))
    }
}
