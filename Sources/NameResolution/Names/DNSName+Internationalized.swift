import Foundation

extension DNSName {
    /// The name that `text` writes, its U-labels converted to A-labels (RFC 5891, with the mapping of UTS 46); nil when that
    /// is no name of the DNS.
    public init?(internationalized text: some Collection<UInt8>) { self.init(internationalized: Array(text)[...]) }

    /// The name that `text` writes, its U-labels converted to A-labels.
    public init?(internationalized text: [UInt8]) { self.init(internationalized: text[...]) }

    /// The name that `text` writes, its U-labels converted to A-labels.
    public init?(internationalized text: ArraySlice<UInt8>) {
        if text.allSatisfy({ $0 < 0x80 }) {
            self.init(text)
            return
        }
        guard let unicode = String(validating: text, as: UTF8.self), !unicode.contains(where: Self.separators.contains)
        else {
            return nil
        }
        var components = URLComponents()
        components.scheme = "https"
        components.host = unicode
        guard let host = components.encodedHost, host.utf8.allSatisfy({ $0 < 0x80 }), !host.contains("%") else {
            return nil
        }
        self.init(host)
    }

    /// What would end the host in a URL.
    private static let separators: Set<Character> = ["/", ":", "?", "#", "@", "[", "]", "\\", "%", " "]
}
