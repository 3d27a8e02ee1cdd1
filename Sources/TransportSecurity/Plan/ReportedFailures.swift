extension EstablishedTransport.PlaintextCause {
    /// What a TLS report calls it.
    var reportedFailure: TLSReportFailureType { self == .handshakeFailed ? .validationFailure : .startTLSNotSupported }

    var words: String {
        switch self {
        case .notOffered: "the server offers no TLS"
        case .refused: "the server refused TLS"
        case .handshakeFailed: "the TLS handshake failed"
        }
    }
}

extension PathFlaw {
    /// What a TLS report calls it.
    var reportedFailure: TLSReportFailureType {
        switch kind {
        case .expired: .certificateExpired
        case .wrongName: .certificateHostMismatch
        case .noPath, .notAuthority, .pathTooLong, .constraints: .certificateNotTrusted
        case .noCertificate, .unreadable, .notYetValid, .weakSignature, .criticalExtension, .wrongPurpose:
            .validationFailure
        }
    }
}

extension DANEVerdict {
    /// What a TLS report calls it, when no record matched.
    var reportedFailure: TLSReportFailureType {
        for case .notVouchedFor(_, let flaw) in entries.map(\.attempt) { return flaw.reportedFailure }
        return .validationFailure
    }
}

extension DANEFinding.Reason {
    /// Whether signatures of the DNS are wrong.
    var isBogus: Bool { self == .bogusAddresses || self == .bogusMailExchange || self == .bogusRecords }
}

extension SecurityPlan {
    /// What a TLS report calls it, when the plan itself says no; nil: it has no name there.
    var reportedFailure: TLSReportFailureType? {
        if dane.outcome == .postpone { return dane.reason == .tooManyRecords ? .tlsaInvalid : .dnssecInvalid }
        return steps.last?.source == .mtaSTS ? .validationFailure : nil
    }

    /// Whether a policy that is enforced names the server.
    var mtaSTSNamesHost: Bool { mtaSTS.policy.map { $0.mode == .enforce && $0.allows(host) } ?? false }
}
