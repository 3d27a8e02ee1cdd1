import TransportSecurity

/// A PEM file of the authorities that vouch for others.
struct AuthorityFile: Sendable {
    /// Where systems keep theirs: Debian, Fedora and its kin, Alpine.
    static let usual = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
    ]

    let path: String
    let anchors: TrustAnchors

    /// Reads it; one without a certificate is no such file.
    init(_ path: String) throws(Unfit) {
        let octets: [UInt8]
        do throws(SystemFailure) { octets = try LocalFile.read(path, limit: TrustAnchors.maximumFile) } catch {
            throw Unfit("\(path): \(error)")
        }
        guard let anchors = TrustAnchors(pem: String(decoding: octets, as: UTF8.self)) else {
            throw Unfit("\(path): no certificate can be read from it; name a PEM file with the authority's own")
        }
        self.path = path
        self.anchors = anchors
    }

    /// The first of these that can be read; nil: there is none.
    static func first(of paths: [String]) -> AuthorityFile? {
        for path in paths { if let file = try? AuthorityFile(path) { return file } }
        return nil
    }
}

extension AuthorityFile {
    private static let key = "relay.ca-file"

    /// What it means that there is none, and what to do.
    static let none = "none: mail waits where an authority has to vouch for the server (MTA-STS, REQUIRETLS)"
    static let remedy = "install the package ca-certificates, or write relay.ca-file"

    /// Who vouches for other servers: those that the configuration names, or the system's; nil: nobody.
    static func ofServers(
        _ configuration: Configuration, usual: [String] = usual
    ) throws(StartFailure) -> AuthorityFile? {
        let problems = problems(configuration)
        guard problems.isEmpty else { throw StartFailure(ExitStatus.configuration, problems) }
        return first(of: configuration.relay.caFile.map { [$0] } ?? usual)
    }

    /// What can't be read of what the configuration names.
    static func problems(_ configuration: Configuration) -> [Problem] {
        guard let path = configuration.relay.caFile else { return [] }
        do throws(Unfit) {
            _ = try AuthorityFile(path)
            return []
        } catch { return [configuration.problem(key, error.message)] }
    }
}
