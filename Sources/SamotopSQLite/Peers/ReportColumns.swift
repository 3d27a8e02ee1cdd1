#if SQLite
    import NameResolution
    import TransportSecurity

    /// A policy as it is kept, without its domain, which has a column.
    struct StoredReportPolicy: Codable {
        private let kind: String
        private let strings: [String]
        private let hosts: [String]

        init(_ policy: TLSReportPolicy) {
            kind = policy.kind.rawValue
            strings = policy.strings
            hosts = policy.hosts
        }

        /// Nil: it can't be one.
        func policy(of domain: DNSName) -> TLSReportPolicy? {
            TLSReportPolicy.Kind(rawValue: kind).map {
                TLSReportPolicy(kind: $0, strings: strings, domain: domain, hosts: hosts)
            }
        }
    }

    /// A failure as it is kept. The case of a server's name doesn't make another one of it.
    struct StoredReportFailure: Codable {
        private let type: String
        private let sendingAddress: String?
        private let receivingHost: String?
        private let receivingAddress: String?
        private let reason: String?

        init(_ failure: TLSReportFailure) {
            type = failure.type.rawValue
            sendingAddress = failure.sendingAddress?.description
            receivingHost = failure.receivingHost?.text.lowercased()
            receivingAddress = failure.receivingAddress?.description
            reason = failure.reason
        }

        /// Nil: it can't be one.
        var failure: TLSReportFailure? {
            guard let type = TLSReportFailureType(rawValue: type) else { return nil }
            let host = receivingHost.map { try? DomainColumn.name(Array($0.utf8)) }
            let (ours, theirs) = (sendingAddress.map { IPAddress($0) }, receivingAddress.map { IPAddress($0) })
            // What was written and can't be read.
            if case .some(nil) = host { return nil }
            if case .some(nil) = ours { return nil }
            if case .some(nil) = theirs { return nil }
            return TLSReportFailure(
                type: type, sendingAddress: ours ?? nil, receivingHost: host ?? nil, receivingAddress: theirs ?? nil,
                reason: reason)
        }
    }
#endif
