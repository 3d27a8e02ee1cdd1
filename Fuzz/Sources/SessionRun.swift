import Dispatch
import InternetMessage
import SMTP
import SamotopCore
import SamotopTesting

/// One session, driven without a socket and without a task of its own.
final class SessionRun {
    struct Outcome: Equatable {
        var output: [UInt8] = []
        var isClosed = false
        /// Mailbox, reverse-path and content of each copy: what has to be the same. Ids and trace fields differ.
        var delivered: [[UInt8]] = []
    }

    private static let tls = TLSFacts(version: "TLSv1.3", cipher: "TLS_AES_128_GCM_SHA256")

    private let settings: SessionSettings
    private let mailboxes = SessionSettings.mailboxes()
    private let session: MailSession
    private let woken = DispatchSemaphore(value: 0)
    private var input: [UInt8] = []
    private(set) var output: [UInt8] = []
    private(set) var isClosed = false
    private var isPaused = false
    private var isSecure: Bool

    init(_ settings: SessionSettings) {
        self.settings = settings
        isSecure = settings.encryption == .active
        session = MailSession(
            settings.service(mailboxes), role: settings.role, client: .ipv4([192, 0, 2, 7]),
            encryption: settings.encryption, tls: isSecure ? Self.tls : nil, wake: { [woken] in woken.signal() })
        run()
        if !settings.isEarly { resume() }
    }

    /// The session after all pieces, one after the other.
    func played(_ pieces: [[UInt8]]) -> SessionRun {
        for piece in pieces where !isClosed {
            input += piece
            run()
            resume()
        }
        session.disconnected()
        if settings.encryption == .required, !isSecure {
            require(mailboxes.delivered.isEmpty, "mail was taken without TLS")
        }
        for copy in mailboxes.delivered { check(copy) }
        return self
    }

    var outcome: Outcome {
        Outcome(
            output: output, isClosed: isClosed,
            delivered: mailboxes.delivered.map {
                Array($0.mailbox.utf8) + [0x20] + $0.reversePath.bytes + [0x0D, 0x0A] + $0.content
            })
    }

    private func resume() {
        while isPaused, !isClosed {
            isPaused = false
            session.pauseEnded()
            run()
        }
    }

    private func run() {
        while !isClosed {
            var consumed = 0
            let bytes = input
            let effect = session.next(bytes.span, consumed: &consumed)
            require(consumed <= bytes.count, "more was consumed than came")
            input.removeFirst(consumed)
            switch effect {
            case .read:
                require(input.count < ServerSession.maximumBufferedLine, "\(input.count) octets wait for a line end")
                return
            case .wait:
                if isPaused { return }
                woken.wait()
            case .send(let octets):
                ReplyForm.check(octets)
                output += octets
            case .pause: isPaused = true
            case .secure:
                require(input.isEmpty, "plaintext was left for the protected session")
                isSecure = true
                session.secured(Self.tls)
            case .close: isClosed = true
            }
        }
    }

    private func check(_ copy: MemoryMailboxes.Delivered) {
        let trace = HeaderSection(copy.trace)
        require(trace.fields.count == 2, "the trace is not two fields: \(shown(copy.trace))")
        for field in trace.fields(named: .received) { isOneTrace(field.raw) }
        require(trace.fields.last?.isNamed(.received) == true, "the trace has no Received field")
        require(trace.fields.first?.isNamed(.returnPath) == true, "the trace has no Return-Path field")
        let header = HeaderSection(copy.content)
        require(header.fields(named: .returnPath).isEmpty, "a forged Return-Path was delivered")
    }
}
