import NameResolution

/// `relay.sign.DOMAIN:`, the keys that sign mail of a domain's authors, each behind its selector.
struct SigningSettings: Sendable, Hashable {
    struct Key: Sendable, Hashable {
        let selector: String
        /// PEM, for the server's user alone.
        let file: String
    }

    /// In lower case.
    let domain: String
    let keys: [Key]

    /// Nil when the domain is none, which is reported.
    init?(_ reader: SectionReader, domain: String, in section: SectionReader) {
        do throws(Unfit) { self.domain = try Name.domain(domain) } catch {
            section.complain(aboutKey: domain, error.message)
            return nil
        }
        keys = reader.keys.compactMap { selector in
            guard DNSName(selector)?.isHostName == true else {
                reader.complain(
                    aboutKey: selector, "can't be the selector of a key; use letters, digits and hyphens, like s2026")
                return nil
            }
            return reader.value(selector, Name.path).map { Key(selector: selector, file: $0) }
        }
        if reader.keys.isEmpty {
            section.complain(domain, "has no key; write SELECTOR: FILE, or make one with samotop dkim new")
        }
        reader.finish()
    }
}
