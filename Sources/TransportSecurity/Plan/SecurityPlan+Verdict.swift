import NameResolution

extension SecurityPlan {
    /// TLS of older versions proves nothing (RFC 8996).
    static let minimumVersion = EstablishedTransport.TLSVersion.tls12

    /// Whether the message may leave by this connection.
    ///
    /// - Parameters:
    ///   - transport: what came of connecting.
    ///   - anchors: the authorities for MTA-STS and REQUIRETLS.
    ///   - now: seconds since 1970.
    public func verdict(
        on transport: EstablishedTransport, anchors: TrustAnchors, now: Int64
    ) async -> SecurityVerdict {
        var draft = VerdictDraft(plan: self, transport: transport, now: now)
        switch requirement {
        case .postpone: draft.stop(.postpone)
        case .hold: draft.stop(.hold)
        case .plaintextAllowed: draft.connect(allowingPlaintext: true)
        case .encrypted: draft.connect(allowingPlaintext: false)
        case .authenticated(let ways):
            draft.connect(allowingPlaintext: false)
            for way in ways where draft.goesOn { await draft.authenticate(by: way, anchors: anchors) }
        }
        if draft.goesOn { await draft.test(anchors: anchors) }
        return draft.verdict
    }
}
