/// `mta-sts:`, our own policy for those who send to us (RFC 8461).
struct PolicySettings: Sendable, Hashable {
    enum Mode: String, CaseIterable { case testing, enforce, none }

    /// Where it is served by HTTPS; nil: nowhere.
    var listen: ListenAddress?
    var mode = Mode.testing
    var maximumAge = Duration.seconds(7 * 86_400)
    /// Names of the servers that take our mail; empty: this host's.
    var hosts: [String] = []

    init() {}

    init(_ reader: SectionReader) {
        listen = reader.value("listen", ListenAddress.parse)
        mode = reader.value("mode", Choice.of(Mode.self)) ?? mode
        maximumAge =
            reader.value("max-age", Quantity.duration(in: .seconds(3_600)...(.seconds(365 * 86_400)))) ?? maximumAge
        hosts = reader.list("servers", Self.host) ?? hosts
        if listen == nil, !reader.keys.isEmpty {
            reader.complain("listen", "missing; write where the policy is served, like 0.0.0.0:443")
        }
        reader.finish()
    }

    private static func host(_ text: String) throws(Unfit) -> String {
        let isPattern = text.hasPrefix("*.")
        return (isPattern ? "*." : "") + (try Name.domain(isPattern ? String(text.dropFirst(2)) : text))
    }
}
