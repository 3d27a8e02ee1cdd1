import NIOPosix
public import SMTP

/// Hands messages to the machine's `sendmail` command, as Postfix, Exim, OpenSMTPD and msmtp have one.
///
/// The arguments go to the program as they are, never through a shell; `--` keeps recipients from being taken for options. Lines
/// end with LF on the way, as such programs expect. Parameters of delivery status notifications are left out, and
/// ``SMTP/SendResult/notifiesItself`` says so. The exit status is for all recipients: 0 is a yes, the permanent ones of
/// `sysexits.h` are a no, anything else may succeed later.
public struct SendmailTransport: MailTransport {
    /// The program.
    public let program: String
    /// Arguments before those for the envelope.
    public let arguments: [String]
    /// How long the program may take.
    public let timeout: Duration

    /// A transport through a program. `-i`: a lone dot is content.
    public init(
        program: String = "/usr/sbin/sendmail", arguments: [String] = ["-i"], timeout: Duration = .seconds(300)
    ) {
        self.program = program
        self.arguments = arguments
        self.timeout = timeout
    }

    public func send(_ transaction: MailTransaction, _ content: MessageContent) async throws(SMTPClientError)
        -> SendResult
    {
        guard !transaction.recipients.isEmpty else { throw SMTPClientError(fault: .noRecipients, stage: .mail) }
        let octets = Self.withLineFeeds(try await content.collected())
        let arguments = Self.arguments(arguments, transaction)
        let status: Int32
        do {
            status = try await NIOThreadPool.singleton.runIfActive { [program, timeout] in
                try Subprocess(program: program, arguments: arguments, timeout: timeout).run(octets)
            }
        } catch {
            throw SMTPClientError(
                stage: .content, kind: .transient, reason: .transport("sendmail can't be run to its end"),
                isSafeToRetry: (error as? Subprocess.Failure) == .notStarted, underlying: error)
        }
        guard status == 0 else {
            throw SMTPClientError(
                stage: .content, kind: Self.isPermanent(status) ? .permanent : .transient,
                reason: .transport("sendmail ended with status \(status)"))
        }
        let reply = ServerReply(code: 250, status: EnhancedStatusCode(2, 0, 0), text: Array("sendmail".utf8))
        return SendResult(acceptedBy: transaction, reply)
    }

    static func arguments(_ first: [String], _ transaction: MailTransaction) -> [String] {
        let sender = transaction.reversePath.mailbox.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "<>"
        let recipients = transaction.recipients.map {
            $0.path.mailbox.map { String(decoding: $0.bytes, as: UTF8.self) } ?? "postmaster"
        }
        return first + ["-f", sender, "--"] + recipients
    }

    /// EX_USAGE, EX_DATAERR, EX_NOUSER, EX_NOHOST, EX_NOPERM.
    private static func isPermanent(_ status: Int32) -> Bool { [64, 65, 67, 68, 77].contains(status) }

    static func withLineFeeds(_ octets: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(octets.count)
        for (index, octet) in octets.enumerated() {
            if octet == 0x0D, index + 1 < octets.count, octets[index + 1] == 0x0A { continue }
            output.append(octet)
        }
        return output
    }
}
