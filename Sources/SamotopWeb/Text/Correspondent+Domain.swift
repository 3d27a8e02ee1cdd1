#if Web
    import SMTP
    import SamotopContacts

    extension Correspondent {
        /// What stands after the @ of an address; the name of a domain or list itself.
        var domain: String {
            guard kind == .address, let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return text }
            return String(decoding: bytes[(at + 1)...], as: UTF8.self)
        }

        /// The domain of an address as a correspondent; nil when there is none, or when it is a mailbox provider's.
        var wholeDomain: Correspondent? {
            guard kind == .address, !MailboxProviders.contains(domain) else { return nil }
            return DomainName(domain).map { .domain($0) }
        }
    }
#endif
