import NameResolution
import SamotopCore

/// `authentication:`, what becomes of a sender's identity.
struct AuthenticationSettings: Sendable, Hashable {
    enum Policy: String, CaseIterable { case mark, reject }
    enum Lookup: String, CaseIterable { case off, mark, postpone, reject }
    enum Failure: String, CaseIterable { case mark, postpone }

    /// What an SPF result of fail brings (RFC 7208 §8.4).
    var spf = Policy.mark
    /// What a DMARC failure brings when its domain asks for rejection (RFC 9989 §5.4).
    var dmarc = Policy.reject
    /// Messages whose From field names no single author.
    var author = Policy.reject
    /// Clients without a name that leads back to their address.
    var reverseLookup = Lookup.mark
    /// When the DNS doesn't answer and the rest proves nothing.
    var temporaryFailure = Failure.postpone
    /// Domains whose ARC seals are believed (RFC 8617).
    var trustedSealers: [DNSName] = []
    /// Networks of clients that nothing of this is asked about.
    var exemptNetworks: [IPNetwork] = []

    /// Whether a sender's identity is looked at.
    var isOn = true

    /// `authentication: off`.
    static var off: AuthenticationSettings {
        var settings = AuthenticationSettings()
        (settings.isOn, settings.reverseLookup) = (false, .off)
        return settings
    }

    /// Whether any of it asks the DNS.
    var asksDNS: Bool { isOn || reverseLookup != .off }

    init() {}

    init(_ reader: SectionReader) {
        spf = reader.value("spf", Choice.of(Policy.self)) ?? spf
        dmarc = reader.value("dmarc", Choice.of(Policy.self)) ?? dmarc
        author = reader.value("author", Choice.of(Policy.self)) ?? author
        reverseLookup = reader.value("reverse-lookup", Choice.of(Lookup.self)) ?? reverseLookup
        temporaryFailure = reader.value("temporary-failure", Choice.of(Failure.self)) ?? temporaryFailure
        trustedSealers = reader.list("trusted-sealers", Name.zone) ?? trustedSealers
        exemptNetworks = reader.list("exempt-networks", Network.parse) ?? exemptNetworks
        reader.finish()
    }
}
