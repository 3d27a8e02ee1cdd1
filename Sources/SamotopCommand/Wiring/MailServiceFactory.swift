import InternetMessage
import NIOSSL
import NameResolution
import SMTP
import SamotopCore
import SamotopDelivery
import SamotopGuards
import SamotopJournal
import SamotopServer
import SamotopSubmission

/// Turns typed settings into the parts of the server.
enum MailServiceFactory {
    static func limits(_ settings: LimitSettings) -> SessionLimits {
        var limits = SessionLimits()
        limits.messageSize = UInt64(settings.messageSize)
        limits.recipients = settings.recipients
        limits.headerSize = settings.headerSize
        limits.headerFields = settings.headerFields
        limits.receivedFields = settings.receivedHops
        limits.errors = settings.errors
        limits.junkCommands = settings.junkCommands
        return limits
    }

    static func connectionLimits(_ settings: LimitSettings) -> ConnectionLimits {
        var limits = ConnectionLimits()
        limits.total = settings.connections
        limits.perAddress = settings.connectionsPerAddress
        limits.perNetwork = settings.connectionsPerNetwork
        limits.exempt = settings.exemptNetworks
        limits.reserved = settings.exemptNetworks.isEmpty ? 0 : settings.connections / 100
        return limits
    }

    static func timeouts(_ settings: TimeoutSettings) -> Timeouts {
        var timeouts = Timeouts()
        timeouts.command = settings.command
        timeouts.dataBlock = settings.data
        timeouts.handshake = settings.handshake
        timeouts.write = settings.write
        timeouts.minimumRate = settings.minimumRate
        return timeouts
    }

    /// Where messages rest on their way in; large ones in nameless sealed files below the state folder.
    static func spool(_ configuration: Configuration) throws -> SealedSpool {
        let folder = configuration.state + "/spool"
        try LocalFile.makeFolder(folder, mode: 0o700)
        var settings = SealedSpoolSettings()
        settings.largestMessage = UInt64(configuration.limits.messageSize)
        settings.memoryBudget = configuration.limits.memory
        // Threads of its own: receiving must not wait for deliveries.
        return SealedSpool(directory: folder, threads: StorageThreads(), settings: settings)
    }

    /// The journal's room, and how much of it may wait for its mailboxes.
    ///
    /// - Parameter key: the instance's, if there is one.
    static func journal(
        _ settings: LimitSettings, _ privacy: PrivacySettings = PrivacySettings(), key: [UInt8]? = nil
    ) -> JournaledDelivery.Settings {
        var journal = JournaledDelivery.Settings()
        journal.journal.instanceKey = key
        journal.namesMessages = privacy.log == .told
        if privacy.stores == .sealed {
            journal.journal.sealsKeys = key != nil
            journal.forgetting = PrivacySettings.forgetting
            journal.forgetsUnderLoad = true
        }
        journal.journal.maximumSegments = settings.journal / journal.journal.segmentSize
        journal.maximumBacklog = settings.journal / 4 * 3
        return journal
    }

    static func tracePrivacy(_ settings: TraceSettings) -> TracePrivacy {
        TracePrivacy(
            omitsClient: settings.client == .omitted, time: precision(settings.time),
            omitsRecipient: settings.recipient == .omitted)
    }

    private static func precision(_ time: TraceSettings.Time) -> TracePrivacy.Precision {
        switch time {
        case .exact: .second
        case .hour: .hour
        case .day: .day
        }
    }

    /// The guards, in the order in which they are asked.
    ///
    /// - Parameters:
    ///   - resolver: nil: none of those that ask the DNS.
    ///   - contacts: nil: nobody waits for anyone's word.
    ///   - reports: nil: none are made, and none are read.
    ///   - keys: told of the keys of signatures; nil: nobody is.
    static func guards(
        _ configuration: Configuration, resolver: (any Resolver)?, _ contacts: ContactRooms? = nil,
        _ reports: ReportRooms? = nil, keys: SeenKeys? = nil
    ) -> [any MailGuard] {
        let settings = configuration.prudence
        let names = [configuration.name] + configuration.domains.map(\.name)
        var guards: [any MailGuard] = [
            Prudence(
                bannerDelay: settings.bannerDelay, earlyTalker: treatment(settings.earlyTalker),
                illegalPipelining: treatment(settings.illegalPipelining), longLines: treatment(settings.longLines),
                tarpit: settings.tarpit, helloCheck: settings.hello == .refuse ? .refuse : .off,
                ownNames: Set(names.compactMap { DomainName($0) }))
        ]
        let encrypted = configuration.domains.filter(\.requireTLS).compactMap { DomainName($0.name) }
        if !encrypted.isEmpty { guards.append(RefuseUnencrypted(for: Set(encrypted))) }
        let senders = resolver.map { SenderGuards(configuration, $0, reports: reports, keys: keys) }
        guards += senders?.authenticators ?? []
        guards += contacts?.first ?? []
        guards += (senders?.lists).map { [$0] } ?? []
        guard let contacts else { return guards + (reports?.guards ?? []) }
        return [contacts.auditing] + guards + [contacts.screening] + (reports?.guards ?? [])
    }

    /// The name under which ``identities(_:)`` has those of HTTPS; no listener can have it.
    static let https = "mta-sts.listen"

    /// Certificates for each listener that wants TLS, by its name: contexts of its own, so tickets of its own.
    static func identities(_ configuration: Configuration) throws -> [String: TLSIdentities] {
        var identities: [String: TLSIdentities] = [:]
        let files = configuration.certificatePairs.map { TLSIdentities.Files(certificate: $0.certificate, key: $0.key) }
        let minimum: TLSVersion = configuration.tls.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        for listener in configuration.listeners where listener.tls != .none {
            // Strangers' servers aren't asked for certificates: those would tell more of them than mail takes.
            let asks = listener.role == .submission && configuration.submission.clientCertificates != nil
            identities[listener.name] = try TLSIdentities(files, minimumVersion: minimum, asksForCertificates: asks)
        }
        if configuration.policy.listen != nil {
            identities[https] = try TLSIdentities(files, minimumVersion: minimum, applicationProtocols: ["http/1.1"])
        }
        return identities
    }

    /// A listener of the server for each socket.
    ///
    /// - Parameter certificates: told of those that users' programs present.
    static func listener(
        _ settings: ListenerSettings, on socket: ListeningSocket, _ identities: [String: TLSIdentities],
        _ timeouts: Timeouts, certificates: CertificateAuthenticator? = nil
    ) -> Listener {
        let security: Listener.Security =
            switch (settings.tls, identities[settings.name]) {
            case (.starttls, let identities?): .startTLS(identities, required: settings.requireTLS)
            case (.implicit, let identities?): .implicit(identities)
            default: .none
            }
        let role: Role =
            switch settings.role {
            case .mx: .mx
            case .lmtp: .lmtp
            case .submission: .submission
            }
        var listener = Listener(
            settings.name, at: .inherited(descriptor: socket.descriptor), role: role, security: security)
        listener.proxyProtocolFrom = settings.proxyProtocolFrom
        listener.timeouts = timeouts
        if role == .submission, let certificates {
            listener.onClientCertificate = { await certificates.look(at: $0) }
        }
        return listener
    }

    private static func treatment(_ conduct: PrudenceSettings.Conduct) -> ServerSession.Treatment {
        conduct == .refuse ? .refuse : .note
    }
}
