public import SMTP
public import SamotopCore
import Synchronization

/// A delivery agent that encrypts mail for mailboxes with a key, and hands it on.
///
/// It stands in front of everything that writes: what comes behind it never holds plaintext for such a mailbox. Mail for a
/// mailbox whose keys can't be used is not taken, with 451 4.3.0, and never delivered unencrypted.
public final class Sealing<Next: PartsDeliveryAgent>: DeliveryAgent {
    private let next: Next
    private let keys: any RecipientKeys
    private let settings: SealingSettings
    private let clock: any WallClock
    private let threads: StorageThreads
    private let budget: SealingBudget
    private let warnings: SealingWarnings
    private let folder: String
    private let answersLate: @Sendable (ForwardPath) -> Bool
    /// Mailboxes that took mail in this second.
    private let open = Mutex<(second: Int64, names: Set<String>)>((0, []))

    /// - Parameters:
    ///   - next: what the encrypted mail goes to, a journal or mailboxes.
    ///   - keys: whose mail is encrypted.
    ///   - folder: where large encrypted copies wait, in files without names; it must exist.
    ///   - threads: where keys are read and messages encrypted.
    ///   - answersLate: for which recipients it isn't told before the end of the message that a key can't be used; those of whom
    ///     strangers shall not know whether they are there.
    ///   - warn: told, for the operator, of keys that can't be used; names nobody.
    public init(
        _ next: Next, keys: any RecipientKeys, settings: SealingSettings = SealingSettings(), in folder: String,
        threads: StorageThreads, clock: any WallClock = SystemClock(),
        answersLate: @escaping @Sendable (ForwardPath) -> Bool = { _ in false },
        warn: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.next = next
        self.keys = keys
        self.settings = settings
        self.clock = clock
        self.threads = threads
        self.folder = folder
        self.answersLate = answersLate
        budget = SealingBudget(settings.memory)
        warnings = SealingWarnings(warn)
    }

    /// Also asks whether the mailboxes' keys can be used: a mailbox without is unavailable, and others get the message.
    public func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer {
        let answer = try await next.resolve(path)
        guard case .destinations(let destinations) = answer else { return answer }
        let names = destinations.compactMap(\.mailbox)
        let second = clock.now().seconds
        // What counts is asked at the end of the message: here it spares its transmission.
        let isKnown = open.withLock { $0.second == second && $0.names.isSuperset(of: names) }
        guard !names.isEmpty, !isKnown, !answersLate(path) else { return answer }
        do {
            _ = try await recipients(of: names)
            open.withLock { open in
                if open.second != second { open = (second, []) }
                open.names.formUnion(names)
            }
            return answer
        } catch {
            return .unavailable(Refusal(.localError, cause: Self.cause(error)))
        }
    }

    /// Delivers to all recipients, or to none: to each mailbox with a key a copy of its own. Throws ``DeliveryError``.
    public func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {
        let names = Set(recipients.flatMap(\.destinations).compactMap(\.mailbox))
        let found = names.isEmpty ? [:] : try await self.recipients(of: Array(names))
        // What is to go later (RFC 4865) rests in the queue as one message, by the queue's key; it comes here again when it is released.
        guard !found.isEmpty, message.envelope.parameters.release == nil else {
            return try await next.deliver(message, to: recipients)
        }
        let parts = SealingParts(recipients) { found[$0] != nil }
        // The message, what is encrypted of it, and a copy with its armour, which is made twice.
        let octets = message.content.count.multipliedReportingOverflow(by: 4).partialValue
        await budget.take(octets)
        defer { budget.giveBack(octets) }
        let now = clock.now()
        let sealed = try await threads.run { [warnings, settings, folder] in
            let content = try Self.octets(of: message.content)
            return try parts.sealed.map { part -> ReceivedMessage? in
                guard let recipient = found[part.mailbox] else { return nil }
                let copy: SealedMessage?
                do throws(EncryptionError) {
                    copy = try SealedMessage(content, for: recipient, at: now.seconds)
                } catch {
                    throw Self.failure(error, part.mailbox, now, warnings)
                }
                guard let copy else { return message.with(message.content, to: part.recipients) }
                let isLarge = copy.octets.count > settings.largestInMemory
                let stored: any MailContent =
                    isLarge ? try NamelessFile(copy.octets, in: folder) : MemoryContent(copy.octets)
                return message.with(stored, to: part.recipients)
            }
        }
        var all = sealed.compactMap { $0 }
        guard all.count == parts.sealed.count else { throw DeliveryError.failed(cause: "a key is gone") }
        if !parts.plain.isEmpty { all.append(message.with(message.content, to: parts.plain)) }
        try await next.deliver(parts: all)
    }

    /// The mailboxes with keys, each with its keys. Throws ``DeliveryError`` when those of any of them can't be used.
    private func recipients(of names: [String]) async throws -> [String: any EncryptionRecipient] {
        let now = clock.now()
        return try await threads.run { [keys, settings, warnings] in
            var found: [String: any EncryptionRecipient] = [:]
            for name in names {
                do throws(KeyAccessError) {
                    guard let recipient = try keys.recipient(of: name) else {
                        guard settings.requiresKey else { continue }
                        throw .problem(.noEncryptionKey)
                    }
                    let problems = recipient.keys.compactMap { $0.problem(at: now.seconds) }
                    if problems.count == recipient.keys.count {
                        throw .problem(problems.first ?? .unreadable)
                    }
                    for problem in problems { warnings.tell(name, "one of a mailbox's keys: \(problem)", now) }
                    found[name] = recipient
                } catch {
                    throw Self.failure(error, name, now, settings, warnings)
                }
            }
            return found
        }
    }

    private static func failure(
        _ error: KeyAccessError, _ name: String, _ now: Timestamp, _ settings: SealingSettings,
        _ warnings: SealingWarnings
    ) -> DeliveryError {
        let isMissing = settings.requiresKey && error == .problem(.noEncryptionKey)
        let cause = isMissing ? "a mailbox has no key" : "a mailbox's key can't be used: \(error)"
        warnings.tell(name, "\(cause); its mail waits with its senders (samotop keys check tells whose)", now)
        return .failed(cause: cause)
    }

    private static func failure(
        _ error: EncryptionError, _ name: String, _ now: Timestamp, _ warnings: SealingWarnings
    ) -> DeliveryError {
        let cause =
            switch error {
            case .noUsableKey(let problems):
                "a mailbox's key can't be used: \(problems.first.map { "\($0)" } ?? "none")"
            case .failed(let words): "a message can't be encrypted: \(words)"
            }
        warnings.tell(name, cause, now)
        return .failed(cause: cause)
    }

    private static func cause(_ error: any Error) -> String {
        guard case .failed(let cause)? = error as? DeliveryError else {
            return "keys can't be read: \(type(of: error))"
        }
        return cause
    }

    private static func octets(of content: any MailContent) throws -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(content.count)
        try content.read { slice in slice.withUnsafeBufferPointer { octets.append(contentsOf: $0) } }
        return octets
    }
}

extension ReceivedMessage {
    fileprivate func with(_ content: any MailContent, to recipients: [Recipient]) -> ReceivedMessage {
        var envelope = envelope
        envelope.recipients = recipients
        return ReceivedMessage(envelope: envelope, trace: trace, content: content, received: received)
    }
}
