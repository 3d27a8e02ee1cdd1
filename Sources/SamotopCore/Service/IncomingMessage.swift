import InternetMessage
import SMTP

/// A message on its way in: each slice of its content goes through the header's sieve to the guards' taps and the spool.
struct IncomingMessage {
    /// Why the content isn't taken.
    struct Refusal {
        let reply: Reply
        /// What failed here, for the log.
        var cause: String?
    }

    var envelope: Envelope
    private(set) var intake: (any SpoolIntake)?
    /// For each guard that asked for one.
    private(set) var taps: [(any ContentTap)?] = []
    private let service: MailService
    private var sieve: HeaderSieve
    /// Nil: the header goes on as it comes.
    private var submitted: SubmittedHeader?
    private var buffer: [UInt8] = []

    init(_ envelope: Envelope, from role: Role, for service: MailService) {
        self.envelope = envelope
        self.service = service
        guard role == .submission else {
            sieve = service.sieve
            return
        }
        sieve = service.submittedSieve
        submitted = SubmittedHeader(
            HeaderLimits(maximumBytes: service.limits.headerSize, maximumFields: service.limits.headerFields))
    }

    /// Content may come.
    mutating func open(_ intake: any SpoolIntake, _ taps: [(any ContentTap)?]) {
        self.intake = intake
        self.taps = taps
    }

    /// Forgets the content; what of it still comes goes nowhere.
    mutating func discard() {
        intake?.discard()
        intake = nil
        taps = []
    }

    /// Nil: the slice was taken.
    mutating func take(_ slice: Span<UInt8>) -> Refusal? {
        guard intake != nil else { return nil }
        if submitted?.isDone == false { return takeSubmittedHeader(slice) }
        for tap in taps { tap?.append(slice) }
        guard sieve.isPastHeader else { return takeHeader(slice) }
        return append(slice)
    }

    /// The content is complete; what the sieve still held may not find room.
    mutating func settle() -> Refusal? {
        buffer.removeAll(keepingCapacity: true)
        defer { buffer = [] }
        sieve.finish(into: &buffer)
        guard submitted?.isDone == false else { return append(buffer.span) }
        submitted?.push(buffer)
        return settleSubmittedHeader()
    }

    private mutating func takeHeader(_ slice: Span<UInt8>) -> Refusal? {
        buffer.removeAll(keepingCapacity: true)
        sieve.push(slice, into: &buffer)
        return append(buffer.span) ?? excess
    }

    /// What taps and spool get of a submitted message is what goes on, or a signature would be of something else.
    private mutating func takeSubmittedHeader(_ slice: Span<UInt8>) -> Refusal? {
        buffer.removeAll(keepingCapacity: true)
        sieve.push(slice, into: &buffer)
        submitted?.push(buffer)
        if let excess { return excess }
        return sieve.isPastHeader ? settleSubmittedHeader() : nil
    }

    private mutating func settleSubmittedHeader() -> Refusal? {
        guard let rules = service.submission else { return nil }
        let now = service.clock.now()
        let octets = submitted?.finish { [envelope] in rules.header($0, envelope, now) } ?? []
        for tap in taps { tap?.append(octets.span) }
        return append(octets.span)
    }

    private func append(_ slice: Span<UInt8>) -> Refusal? {
        guard !slice.isEmpty, let intake else { return nil }
        do {
            _ = try intake.append(slice)
            return nil
        } catch {
            return Refusal(reply: error.reply, cause: error.cause)
        }
    }

    private var excess: Refusal? {
        if sieve.exceedsLimits { return Refusal(reply: ReplyWords.headerTooBig.rejecting) }
        if sieve.receivedCount >= service.limits.receivedFields {
            return Refusal(reply: ReplyWords.loopDetected.rejecting)
        }
        return nil
    }
}
