import NameResolution
import Synchronization
import X509

/// Looks for a certification path from a trust anchor to a server's certificate (RFC 5280 §6), and says what is wrong
/// when there is none.
///
/// Paths are built and signatures verified by swift-certificates; this adds the rules that it leaves to others: the
/// time, names, purposes, authorities of version 1, weak signatures, and a bound on the work that a hostile chain can
/// cause.
struct CertificatePath {
    /// Names of which the certificate must have one.
    let names: [DNSName]
    /// Whether the common name counts when there is no subjectAltName (RFC 7672 §3.2.3; RFC 8461 §4.1 wants none of
    /// that).
    let allowsCommonName: Bool
    /// Seconds since 1970.
    let now: Int64
    /// The path leads to a client's certificate, which has no name of a server.
    var isForClient = false

    /// The path from the server's certificate to one of these anchors, both included.
    func find(_ chain: CertificateChain, anchors: CertificateStore) async -> Result<[Certificate], PathFlaw> {
        guard let leaf = chain.leaf else { return .failure(PathFlaw(.noCertificate)) }
        guard let certificate = leaf.certificate else { return .failure(PathFlaw(.unreadable, depth: 0)) }
        let rules = PathRules(
            names: names, allowsCommonName: allowsCommonName, now: now, isForClient: isForClient)
        // What is wrong with the server's own certificate is wrong whatever the path.
        if let flaw = rules.flaw(ofServer: certificate) { return .failure(flaw) }
        let flaws = PathFlaws()
        let intermediates = BoundedCertificates(chain.certificates.dropFirst().compactMap(\.certificate))
        var verifier = Verifier(rootCertificates: anchors) { PathPolicy(rules: rules, flaws: flaws) }
        switch await verifier.validate(leaf: certificate, intermediates: CertificateStore(custom: intermediates)) {
        case .validCertificate(let path): return .success(Array(path))
        case .couldNotValidate: return .failure(flaws.first ?? PathFlaw(.noPath))
        }
    }
}

/// The certificates between, until so many were asked for: a chain of authorities that all signed each other has more
/// paths than anybody can try.
private struct BoundedCertificates: CustomCertificateStore {
    /// Look-ups in one chain at most. A path of the greatest length needs nine.
    static let maximumLookups = 32

    private final class Budget: Sendable {
        private let left = Mutex(BoundedCertificates.maximumLookups)

        func take() -> Bool {
            left.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
        }
    }

    private var certificates: [Certificate]
    private let budget = Budget()

    init(_ certificates: [Certificate]) { self.certificates = certificates }

    subscript(subject: DistinguishedName) -> [Certificate]? {
        get async { budget.take() ? certificates.filter { $0.subject == subject } : nil }
    }

    func contains(_ certificate: Certificate) async -> Bool { certificates.contains(certificate) }

    mutating func append(contentsOf certificates: some Sequence<Certificate>) { self.certificates += certificates }

    static func == (left: Self, right: Self) -> Bool { left.certificates == right.certificates }
    func hash(into hasher: inout Hasher) { hasher.combine(certificates) }
}

/// What was wrong with the paths that were tried.
final class PathFlaws: Sendable {
    private let found = Mutex<PathFlaw?>(nil)

    var first: PathFlaw? { found.withLock { $0 } }

    func add(_ flaw: PathFlaw) { found.withLock { $0 = $0 ?? flaw } }
}

extension CertificatePath {
    /// What is wrong with a server's certificate that the anchor itself has signed, the anchor being a key without a
    /// certificate.
    func flaw(ofSignedByAnchor server: Certificate) -> PathFlaw? {
        PathRules(names: names, allowsCommonName: allowsCommonName, now: now).flaw(of: [server])
    }
}
