import Logging
import OAuth
import TransportSecurity

/// Why an issuer's keys or its word can't be had, and what to do about it. Clients hear only that they should come again.
struct IssuerTrouble: Error, Sendable, CustomStringConvertible {
    /// For the operator; nothing of a token is in it.
    let description: String

    init(_ description: String) { self.description = description }

    /// The issuer answered with another status than 200.
    ///
    /// - Parameter isAsked: about a token, as a client of the issuer's.
    init(status: Int, isAsked: Bool) {
        let hint =
            switch status {
            case 401, 403: isAsked ? "look at client-id and client-secret-file" : "its keys have to be public"
            case 300..<400, 404, 410: "look at the URL: redirects aren't followed"
            default: "look at the issuer's own log"
            }
        self.init("it answered \(status); \(hint)")
    }

    init(_ error: any Error) {
        switch error {
        case let trouble as IssuerTrouble: self = trouble
        case HTTPSFetchError.unreachable: self.init("it can't be reached; look at the URL, and whether it runs")
        case HTTPSFetchError.certificate: self.init("its certificate isn't trusted for that name; look at ca-file")
        case HTTPSFetchError.timeout: self.init("it didn't answer in \(OAuthRooms.timeout) seconds")
        case HTTPSFetchError.tooLong: self.init("its answer is too long; look at the URL")
        default: self.init("\(error)")
        }
    }

    /// A set of keys, as it came.
    static func checked(_ octets: [UInt8]) throws(IssuerTrouble) -> [UInt8] {
        guard JSONWebKeySet(json: octets) != nil else {
            throw IssuerTrouble("no JSON Web Key Set with a key that tokens could be verified with")
        }
        return octets
    }

    /// What is had of the issuer; the log says why it can't be.
    ///
    /// - Parameter place: the file or the URL.
    static func told(
        _ logger: Logger, of place: String, _ ask: () async throws -> [UInt8]
    ) async throws -> [UInt8] {
        do { return try await ask() } catch {
            logger.warning(
                "tokens can't be verified anew", metadata: ["issuer": "\(place)", "cause": "\(IssuerTrouble(error))"])
            throw error
        }
    }
}
