#if Unbound
    /// Why an ``UnboundResolver`` can't be made. The settings that are named are those of ``UnboundSettings``.
    public enum UnboundError: Error, Sendable, Hashable {
        /// A number or time that must be more than 0, or is too large.
        case outOfRange(setting: String)
        /// A list of servers that is empty, or has a server with the port 0.
        case noServer(setting: String)
        /// Some forwarders have a name for TLS and some don't.
        case mixedTransports
        /// A name for TLS that is no host's name, or stands at a stub's server.
        case tlsName(String)
        /// The installed libunbound can't speak TLS.
        case withoutTLS
        /// A file that can't be read.
        case unreadable(setting: String, path: String)
        /// ``UnboundSettings/Validation/always``, and nothing to validate with.
        case noTrustAnchor
        /// An entry of the trust anchors that is no DS or DNSKEY record.
        case trustAnchor(String)
        /// libunbound doesn't take an option: its own word for it, and the value.
        case refused(option: String, value: String)
        /// libunbound can't start with these settings, in its own words why.
        case notStarted(String)
    }

    extension UnboundError: CustomStringConvertible {
        /// What is wrong and what to do, in one sentence.
        public var description: String {
            switch self {
            case .outOfRange(let setting): "\(setting) must be more than 0 and less than 2^31"
            case .noServer(let setting): "\(setting) needs at least one server, each with a port other than 0"
            case .mixedTransports: "upstream: give each forwarder a tlsName, or none; questions would leak otherwise"
            case .tlsName(let name):
                "\(name) can't be a tlsName: a forwarder's host name is needed, and a stub has none"
            case .withoutTLS:
                "upstream: the installed libunbound was built without TLS (Debian's is); let a resolver on this "
                    + "machine forward over TLS, and make it the forwarder, or remove the tlsName"
            case .unreadable(let setting, let path): "\(setting): \(path) can't be read; check its path and permissions"
            case .noTrustAnchor:
                "validation is always, but there is no key to validate with: install dns-root-data, or set rootAnchor "
                    + "to a file, or trustAnchors"
            case .trustAnchor(let text):
                "trustAnchors: \(text) is no DS or DNSKEY record; write one line like: example.org. DS 12345 13 2 0123…"
            case .refused(let option, let value):
                "libunbound doesn't take \(option): \(value); is its version 1.17 or later?"
            case .notStarted(let reason):
                "libunbound doesn't start (\(reason)); check the trust anchors, their file, and the limit of open files"
            }
        }
    }
#endif
