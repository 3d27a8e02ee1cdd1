import SamotopCore

/// Shows sessions as they are spoken, in the form of a dialogue: `C:` is what the client said, `S:` what we said.
struct Transcript: SessionObserver {
    enum Detail: String, CaseIterable, Sendable {
        /// Mail and network addresses are masked.
        case masked
        /// Everything is shown.
        case full
    }

    private let detail: Detail
    private let output: any LineOutput

    init(_ detail: Detail, to output: any LineOutput) {
        self.detail = detail
        self.output = output
    }

    func observe(_ event: SessionEvent, in session: Session) {
        switch event {
        case .opened: say("client connected\(session.client.text.map { " from \($0)" } ?? "")", session)
        case .received(let line): say("C: \(String(decoding: line, as: UTF8.self))", session)
        case .sent(let replies):
            for line in String(decoding: replies, as: UTF8.self).split(whereSeparator: \.isNewline) {
                say("S: \(line)", session)
            }
        case .secured(let tls): say("TLS begins (\(tls.version)\(tls.cipher.map { ", \($0)" } ?? ""))", session)
        case .authenticated(let submitter): say("authenticated as \(submitter.name)", session)
        case .judged(let record):
            if let refusal = record.refusal { say("\(record.judge) refuses: \(refusal.cause)", session) }
        case .content(let octets): say("C: … \(octets) octets of mail data, and the final dot", session)
        case .delivered(let id, let recipients, _):
            say("message \(id) delivered to \(recipients) recipient\(recipients == 1 ? "" : "s")", session)
        case .failed(let cause): say("not delivered, a fault of ours: \(cause)", session)
        case .closed: say("client gone", session)
        }
    }

    private func say(_ text: String, _ session: Session) {
        // The last letters tell sessions apart well enough for an eye.
        let shown = detail == .full ? text : AddressMask.masked(text)
        output.write("[\(session.id.suffix(4))] \(OneLine.escaped(shown, limit: 600))")
    }
}
