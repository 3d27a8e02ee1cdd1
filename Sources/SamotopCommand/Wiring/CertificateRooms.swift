import SamotopAccounts
import SamotopSubmission

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
            return CertificateAuthenticator(book, limiter: limiter, anchors: try AuthorityFile(path).anchors)
        } catch { throw StartFailure(ExitStatus.configuration, [configuration.problem(key, error.message)]) }
    }

    /// What can't be read.
    static func problems(_ configuration: Configuration) -> [Problem] {
        guard let path = configuration.submission.clientCertificates?.caFile else { return [] }
        do throws(Unfit) {
            _ = try AuthorityFile(path)
            return []
        } catch { return [configuration.problem(key, error.message)] }
    }
}
