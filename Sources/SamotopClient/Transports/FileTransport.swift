import NIOPosix
public import SMTP

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Writes each message into a folder as an `.eml` file, and its envelope beside it as `.json`, so that it can be sent later.
///
/// The names are random. Each file appears whole, under its name, and the envelope after the content: who sees the `.json` can read
/// both. The files are readable by their owner only. They aren't flushed to the device: this is no queue.
public struct FileTransport: MailTransport {
    /// The folder, which has to exist.
    public let directory: String
    /// Whether the envelope is kept too.
    public let keepsEnvelope: Bool

    /// A transport into a folder.
    public init(directory: String, keepsEnvelope: Bool = true) {
        self.directory = directory
        self.keepsEnvelope = keepsEnvelope
    }

    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        try await write(transaction, content).result
    }

    /// Writes a message; brings the name of its files too, without folder and suffix.
    public func write(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError) -> (
        name: String, result: SendResult
    ) {
        let envelope = try StoredEnvelope(transaction).json()
        let octets = try await content.collected()
        var generator = SystemRandomNumberGenerator()
        let number = String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
        let base = "\(directory)/\(number)"
        do {
            try await NIOThreadPool.singleton.runIfActive { [keepsEnvelope] in
                try Self.write(octets, to: base + ".eml")
                if keepsEnvelope { try Self.write(envelope, to: base + ".json") }
            }
        } catch {
            throw SMTPClientError(
                stage: .content, kind: .transient, reason: .transport("the file can't be written"), underlying: error)
        }
        let reply = ServerReply(code: 250, status: EnhancedStatusCode(2, 0, 0), text: Array("written".utf8))
        return (number, SendResult(acceptedBy: transaction, reply))
    }

    /// Reads back what was written. Blocks.
    ///
    /// - Throws: when a file is missing, or its envelope is none.
    public func read(_ name: String) throws(SMTPClientError) -> StubTransport.Message {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 >= 0x61 && $0 <= 0x7A }) else {
            throw .unreadable(nil)
        }
        do {
            let json = try Self.read("\(directory)/\(name).json")
            guard let envelope = StoredEnvelope(json: json) else { throw SMTPClientError.unreadable(nil) }
            return StubTransport.Message(
                transaction: envelope.transaction, content: try Self.read("\(directory)/\(name).eml"))
        } catch {
            throw .unreadable(error)
        }
    }

    private static func write(_ octets: [UInt8], to path: String) throws {
        let temporary = path + ".tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure(code: errno) }
        do {
            defer { close(file) }
            var start = 0
            while start < octets.count {
                let count = octets[start...].withUnsafeBytes { unistdWrite(file, $0.baseAddress, $0.count) }
                guard count > 0 else { throw SystemFailure(code: errno) }
                start += count
            }
            guard rename(temporary, path) == 0 else { throw SystemFailure(code: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemFailure(code: errno) }
        defer { close(file) }
        var octets: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 256 << 10)
        while true {
            let count = block.withUnsafeMutableBytes { unistdRead(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw SystemFailure(code: errno) }
            guard count > 0 else { return octets }
            octets += block[..<count]
        }
    }
}

/// The type has functions of these names itself.
private func unistdWrite(_ file: Int32, _ octets: UnsafeRawPointer?, _ count: Int) -> Int { write(file, octets, count) }
private func unistdRead(_ file: Int32, _ octets: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(file, octets, count)
}

/// A system call that failed.
struct SystemFailure: Error {
    let code: Int32
}

extension SMTPClientError {
    fileprivate static func unreadable(_ error: (any Error)?) -> SMTPClientError {
        SMTPClientError(
            stage: .content, kind: .client, reason: .transport("the message can't be read"), underlying: error)
    }
}
