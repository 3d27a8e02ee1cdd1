import SamotopDelivery

/// Everything that `samotop serve` can be told, as typed values. `etc/samotop.yaml` shows every key.
struct Configuration: Sendable, Hashable {
    /// The host name in the greeting, in replies to EHLO and in trace fields (RFC 5321 §4.1.3).
    var name: String
    /// The folder for everything that must survive a restart.
    var state: String
    /// Whose rights the server has after the ports are open, when it was started as root.
    var account = AccountSettings()
    /// What is left of mail and people beside the mail itself.
    var privacy = PrivacySettings()
    var log = LogSettings()
    /// Where metrics are served; nil: nowhere.
    var metrics: ListenAddress?
    var listeners: [ListenerSettings]
    var tls = TLSSettings()
    var limits = LimitSettings()
    var timeouts = TimeoutSettings()
    var prudence = PrudenceSettings()
    var trace = TraceSettings()
    var dns = DNSSettings()
    var authentication = AuthenticationSettings()
    var dnsLists: [DNSListSettings] = []
    var contacts = ContactSettings()
    var web = PageSettings()
    var relay = OutgoingSettings()
    /// Our own MTA-STS policy.
    var policy = PolicySettings()
    /// What mail programs are told of our servers.
    var autoconfig = AutoconfigSettings()
    var reports = ReportSettings()
    var encryption = EncryptionSettings()
    var submission = SubmissionSettings()
    /// The mailbox for `<postmaster>` and for `postmaster@` each domain (RFC 5321 §4.5.1).
    var postmaster: MailboxName
    var domains: [DomainSettings]
    /// A folder of files with more of them, which are among ``domains`` already.
    var addressesFolder: String?
    /// Addresses that are edited while the server runs; no key says them.
    var addressTable = AddressTable()
    /// Where each key's value was written, by its dotted path: for what is found out later than reading.
    var places: [String: Place] = [:]
    /// The configuration's own place, for keys that weren't written.
    var source: Place = .argument("")

    /// A problem with a key, at the place where it was written.
    func problem(_ key: String, _ message: String) -> Problem {
        Problem(place: places[key] ?? source, key: key, message: message)
    }
}

/// A mailbox of one of our domains.
struct MailboxName: Sendable, Hashable {
    /// In lower case.
    let domain: String
    let localPart: String
}

extension MailboxName: CustomStringConvertible {
    var description: String { "\(localPart)@\(domain)" }
}

/// Whom the server becomes after the ports are open.
struct AccountSettings: Sendable, Hashable {
    var user: String?
    /// nil: the user's own group.
    var group: String?
}
