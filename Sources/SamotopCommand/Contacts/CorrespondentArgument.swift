import SamotopContacts

/// Whom a person means on the command line.
enum CorrespondentArgument {
    /// `ann@example.org`, `example.org` or `@example.org` for a whole domain, `<ID>` for a mailing list by its List-Id.
    static func parse(_ text: String) throws(StartFailure) -> Correspondent {
        let octets = Array(text.utf8)
        if let correspondent = Correspondent(reading: text.hasPrefix("@") ? Array(octets.dropFirst()) : octets) {
            return correspondent
        }
        throw StartFailure(
            ExitStatus.usage,
            ["\(OneLine.escaped(text)): write an address, a domain like example.org, or <ID> for a mailing list"])
    }
}
