import NIOCore
public import NIOSSL
import Synchronization

/// The certificates of a listener, chosen by the name a client asks for (SNI), and reloadable without dropping a session.
///
/// TLS 1.2 and 1.3 only, with the cipher suites of RFC 9325 §4.2: ECDHE and AEAD. Session tickets belong to an instance:
/// give each listener its own (``copy()``), and one listener's ticket opens nothing on another.
public final class TLSIdentities: Sendable {
    /// A certificate chain and its key, both PEM files. The first is for clients that ask for no name, or an unknown one.
    public struct Files: Sendable, Hashable {
        /// Leaf first, then intermediates.
        public let certificate: String
        /// The leaf's private key.
        public let key: String

        /// Names the two files.
        public init(certificate: String, key: String) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// What a handshake begins with: the context, and what it will present.
    struct Loaded: Sendable {
        let context: NIOSSLContext
        /// Clients are asked for a certificate.
        let asksForCertificates: Bool
        fileprivate let identities: [Identity]

        /// The certificate for a client that asks for this name, DER.
        func certificate(for name: String?) -> [UInt8]? {
            (name.flatMap { choose($0, identities) } ?? identities.first)?.leaf
        }
    }

    fileprivate struct Identity {
        let chain: [NIOSSLCertificate]
        let leaf: [UInt8]
        let key: NIOSSLPrivateKey
        let names: [String]
    }

    private let files: [Files]
    private let minimumVersion: TLSVersion
    private let applicationProtocols: [String]
    private let asksForCertificates: Bool
    private let current: Mutex<Loaded>

    /// Loads the files. Throws ``TLSIdentityError`` that names the file and what to do.
    ///
    /// - Parameters:
    ///   - applicationProtocols: what is spoken inside (RFC 7301), for listeners that speak something else than SMTP.
    ///   - asksForCertificates: clients are asked for a certificate, and needn't have one. Whichever they present, the handshake goes on:
    ///     ``Listener/onClientCertificate`` is told. Not for listeners where strangers come: before TLS 1.3 a certificate goes in clear.
    public init(
        _ files: [Files], minimumVersion: TLSVersion = .tlsv12, applicationProtocols: [String] = ["smtp"],
        asksForCertificates: Bool = false
    ) throws {
        self.files = files
        self.minimumVersion = minimumVersion
        self.applicationProtocols = applicationProtocols
        self.asksForCertificates = asksForCertificates
        current = Mutex(try Self.context(files, minimumVersion, applicationProtocols, asksForCertificates))
    }

    /// Another set of contexts over the same files, for another listener. It asks clients for no certificate.
    public func copy() throws -> TLSIdentities { try speaking(applicationProtocols) }

    /// The same for a listener that speaks another protocol inside, for example `http/1.1`.
    public func speaking(_ applicationProtocols: [String]) throws -> TLSIdentities {
        try TLSIdentities(files, minimumVersion: minimumVersion, applicationProtocols: applicationProtocols)
    }

    /// Loads the files again. When they don't fit together, throws, and the old ones stay in use.
    public func reload() throws {
        let loaded = try Self.context(files, minimumVersion, applicationProtocols, asksForCertificates)
        current.withLock { $0 = loaded }
    }

    /// The context for the next handshake.
    public var context: NIOSSLContext { loaded.context }

    /// The same, with what it presents.
    var loaded: Loaded { current.withLock { $0 } }

    private static func context(
        _ files: [Files], _ minimumVersion: TLSVersion, _ applicationProtocols: [String], _ asksForCertificates: Bool
    ) throws -> Loaded {
        let identities = try files.map(load)
        guard let first = identities.first else { throw TLSIdentityError("no certificate is configured") }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: first.chain.map { .certificate($0) }, privateKey: .privateKey(first.key))
        configuration.minimumTLSVersion = minimumVersion
        configuration.cipherSuites = cipherSuites
        configuration.curves = [.x25519_MLKEM768, .x25519, .secp256r1, .secp384r1]
        configuration.applicationProtocols = applicationProtocols
        configuration.renegotiationSupport = .none
        configuration.shutdownTimeout = .seconds(2)
        if asksForCertificates {
            // Who vouches for it is looked at outside of the library: no roots, and least of all the system's.
            configuration.certificateVerification = .optionalVerification
            configuration.trustRoots = .certificates([])
        }
        if identities.count > 1 {
            configuration.sslContextCallback = { asked, promise in
                var override = NIOSSLContextConfigurationOverride()
                if let name = asked.serverHostname, let identity = choose(name, identities) {
                    override.certificateChain = identity.chain.map { .certificate($0) }
                    override.privateKey = .privateKey(identity.key)
                }
                promise.succeed(override)
            }
        }
        do {
            // Fails when the key isn't the certificate's.
            return Loaded(
                context: try NIOSSLContext(configuration: configuration), asksForCertificates: asksForCertificates,
                identities: identities)
        } catch {
            throw TLSIdentityError("\(files[0].certificate) and \(files[0].key) don't belong together: \(error)")
        }
    }

    // RFC 9325 §4.2 for TLS 1.2; TLS 1.3's own suites are always on.
    private static let cipherSuites = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    private static func load(_ files: Files) throws -> Identity {
        let chain: [NIOSSLCertificate]
        let key: NIOSSLPrivateKey
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificate)
        } catch {
            throw TLSIdentityError("\(files.certificate): no certificate can be read from it: \(error)")
        }
        guard let leaf = chain.first else { throw TLSIdentityError("\(files.certificate): it holds no certificate") }
        do {
            key = try NIOSSLPrivateKey(file: files.key, format: .pem)
        } catch {
            throw TLSIdentityError("\(files.key): no private key can be read from it: \(error)")
        }
        // A pair that was replaced half must not come into use.
        let pair = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(leaf)], privateKey: .privateKey(key))
        do {
            _ = try NIOSSLContext(configuration: pair)
        } catch {
            throw TLSIdentityError("\(files.key) is not the key of \(files.certificate)")
        }
        return Identity(
            chain: chain, leaf: try leaf.toDERBytes(), key: key,
            names: leaf._subjectAlternativeNames().compactMap(Self.dnsName))
    }

    private static func dnsName(_ name: _SubjectAlternativeName) -> String? {
        guard name.nameType == .dnsName else { return nil }
        return String(decoding: name.contents, as: UTF8.self).lowercased()
    }

    /// RFC 9525 §6.3: an exact name first, then one with `*` for its first label.
    private static func choose(_ name: String, _ identities: [Identity]) -> Identity? {
        let name = name.lowercased()
        if let exact = identities.first(where: { $0.names.contains(name) }) { return exact }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        let wildcard = "*" + name[dot...]
        return identities.first { $0.names.contains(wildcard) }
    }
}

/// Why certificates can't be used; tells the file and what is wrong with it.
public struct TLSIdentityError: Error, CustomStringConvertible {
    /// For the operator.
    public let description: String

    init(_ description: String) { self.description = description }
}
