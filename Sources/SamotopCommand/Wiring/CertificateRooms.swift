import SamotopAccounts
import SamotopSubmission
import TransportSecurity

/// Who signs in by a certificate.
enum CertificateRooms {
    private static let key = "submission.client-certificates.ca-file"

    /// Nil: clients aren't asked for any.
    static func authenticator(
        _ configuration: Configuration, _ book: AccountBook, limiter: any SignInLimiter
    ) throws(StartFailure) -> CertificateAuthenticator? {
        guard let settings = configuration.submission.clientCertificates else { return nil }
        guard let path = settings.caFile else { return CertificateAuthenticator(book, limiter: limiter) }
        do throws(Unfit) {
            return CertificateAuthenticator(book, limiter: limiter, anchors: try anchors(path))
        } catch { throw StartFailure(ExitStatus.configuration, [configuration.problem(key, error.message)]) }
    }

    /// What can't be read.
    static func problems(_ configuration: Configuration) -> [Problem] {
        guard let path = configuration.submission.clientCertificates?.caFile else { return [] }
        do throws(Unfit) {
            _ = try anchors(path)
            return []
        } catch { return [configuration.problem(key, error.message)] }
    }

    private static func anchors(_ path: String) throws(Unfit) -> TrustAnchors {
        let octets: [UInt8]
        do throws(SystemFailure) { octets = try LocalFile.read(path, limit: TrustAnchors.maximumFile) } catch {
            throw Unfit("\(path): \(error)")
        }
        guard let anchors = TrustAnchors(pem: String(decoding: octets, as: UTF8.self)) else {
            throw Unfit("\(path): no certificate can be read from it; name a PEM file with the authority's own")
        }
        return anchors
    }
}
