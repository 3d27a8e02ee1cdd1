import NameResolution
import SMTP
import SamotopCore
import SamotopGuards
import SamotopServer
import SenderAuthentication

/// The guards that ask the DNS who is speaking, in the order in which they are asked.
struct SenderGuards {
    let naming: NamingClients?
    let authenticating: Authenticating?
    let lists: AskingLists?

    var all: [any MailGuard] { authenticators + (lists.map { [$0] } ?? []) }

    /// Those that bring evidence.
    var authenticators: [any MailGuard] {
        let all: [(any MailGuard)?] = [naming, authenticating]
        return all.compactMap { $0 }
    }

    init(
        _ configuration: Configuration, _ resolver: any Resolver, reports: ReportRooms? = nil,
        keys: SeenKeys? = nil,
        clock: any WallClock = SystemClock()
    ) {
        let settings = configuration.authentication
        let networks = settings.exemptNetworks
        var isCounted: @Sendable (Envelope) -> Bool = { _ in true }
        if let reports { isCounted = reports.isCounted }
        let exempts: @Sendable (ClientAddress) -> Bool = { client in networks.contains { $0.contains(client) } }
        naming = settings.reverseLookup.consequence.map {
            NamingClients(with: resolver, unnamed: $0, exempts: exempts)
        }
        authenticating =
            settings.isOn
            ? Authenticating(
                with: resolver, policy: settings.policy, receiver: DomainName(configuration.name), exempts: exempts,
                reports: reports?.counts, isCounted: isCounted,
                observe: { keys?.observe($0, $1) }, clock: clock) : nil
        let entries = configuration.dnsLists.map(\.entry)
        lists = entries.isEmpty ? nil : AskingLists(entries, with: resolver, exempts: exempts, clock: clock)
    }
}

extension AuthenticationSettings {
    var policy: AuthenticationPolicy {
        var policy = AuthenticationPolicy()
        policy.spfFail = spf.consequence
        policy.dmarcReject = dmarc.consequence
        policy.noAuthor = author.consequence
        policy.nullMX = author.consequence
        policy.postponesWithoutAnswer = temporaryFailure == .postpone
        policy.trustedSealers = Set(trustedSealers)
        return policy
    }
}

extension AuthenticationSettings.Policy {
    var consequence: AuthenticationPolicy.Consequence { self == .reject ? .reject : .mark }
}

extension AuthenticationSettings.Lookup {
    /// Nil: it isn't asked for.
    var consequence: NamingClients.Consequence? {
        switch self {
        case .off: nil
        case .mark: .mark
        case .postpone: .postpone
        case .reject: .reject
        }
    }
}

extension DNSListSettings {
    var entry: AskingLists.Entry {
        let list = DNSList(
            zone: zone, coverage: of == .domain ? .domains : family, codes: answers.isEmpty ? nil : Set(answers),
            asksForReason: means == .deny)
        return AskingLists.Entry(list, means: means == .allow ? .allow : .deny)
    }

    private var family: DNSList.Coverage { hasIPv6 ? [.ipv4, .ipv6] : .ipv4 }
}
