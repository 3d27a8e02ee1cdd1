import SamotopCore

/// `web:`, the pages where people decide.
struct PageSettings: Sendable, Hashable {
    /// Where pages are served; nil: nowhere.
    var listen: ListenAddress?
    /// What people type in the browser's address line: `https://mail.example.org`. Nil: the address listened at, over HTTP.
    var address: PageAddress?
    /// The file with names and password hashes of those who may sign in.
    var accounts: String?

    /// Proxies in front of the pages, which are believed when they say who their client is.
    var proxies: [IPNetwork] = []

    init() {}

    init(_ reader: SectionReader) {
        listen = reader.value("listen", ListenAddress.loopbackByDefault)
        address = reader.value("address", PageAddress.parse)
        accounts = reader.value("accounts", Name.path)
        proxies = reader.list("proxies", Network.parse) ?? []
        reader.finish()
    }
}

/// The scheme and host of a page's address.
struct PageAddress: Sendable, Hashable, CustomStringConvertible {
    let isEncrypted: Bool
    /// The host's name with the port, as it stands in the address.
    let host: String

    var description: String { "\(isEncrypted ? "https" : "http")://\(host)" }

    /// Parses `https://mail.example.org` or `http://127.0.0.1:8025`.
    static func parse(_ text: String) throws(Unfit) -> PageAddress {
        let unfit = Unfit(
            "not the address of a site: \(Quantity.quoted(text)); write one like https://mail.example.org")
        for (scheme, isEncrypted) in [("https://", true), ("http://", false)] where text.hasPrefix(scheme) {
            let host = text.dropFirst(scheme.count).lowercased()
            let isFine =
                (1...255).contains(host.utf8.count)
                && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@\\\"<>'".utf8.contains($0) }
            guard isFine else { throw unfit }
            return PageAddress(isEncrypted: isEncrypted, host: host)
        }
        throw unfit
    }
}
