import Foundation
import NIOSSL
import SMTP
import SamotopServer

/// TLS for dialogues: a certificate made with `openssl req -x509 -newkey ec -days 36500`, whose key is no secret.
enum TestIdentity {
    /// What a listener needs for a dialogue's encryption.
    static func security(_ encryption: ServerSession.Encryption) throws -> Listener.Security {
        switch encryption {
        case .unavailable: .none
        case .offered: .startTLS(try identities.get(), required: false)
        case .required: .startTLS(try identities.get(), required: true)
        case .active: .implicit(try identities.get())
        }
    }

    /// A client that takes any certificate.
    static var client: TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        return configuration
    }

    private static let identities = Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = TLSIdentities.Files(
            certificate: folder.appendingPathComponent("mx.pem").path, key: folder.appendingPathComponent("mx.key").path
        )
        try Data(certificate.utf8).write(to: URL(fileURLWithPath: files.certificate))
        try Data(key.utf8).write(to: URL(fileURLWithPath: files.key))
        return try TLSIdentities([files])
    }

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmjCCAUGgAwIBAgIUek72MTpfHwhaTVj3B8KeyFMANCYwCgYIKoZIzj0EAwIw
        FjEUMBIGA1UEAwwLbXgub3VyLnRlc3QwIBcNMjYxMTIyMjMzNzQ3WhgPMjEyNjEw
        MjkyMzM3NDdaMBYxFDASBgNVBAMMC214Lm91ci50ZXN0MFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAE5ktiRlVzmhHzXxjd9wtbMyWidjiA84jhDFG+XirVrhoKhuK4
        +jY6w9QB42UPxIITAWnsgGSpFaHsCT/QkgAm8KNrMGkwHQYDVR0OBBYEFJX6b1fC
        FtCb0Jtp82+L7BSWejjfMB8GA1UdIwQYMBaAFJX6b1fCFtCb0Jtp82+L7BSWejjf
        MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILbXgub3VyLnRlc3QwCgYIKoZI
        zj0EAwIDRwAwRAIgeuLO6n0+n+UXnf+w9vYke8baN12868s0D9WjiiNNhLsCIFAk
        DvDMsWAioocXF/jyP6FUy0L4qLh4Ef3qULfH2GK4
        -----END CERTIFICATE-----

        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9qGPdFTVUB8ayFsi
        K3k3ON8AJr+wMpaYc90HFj6ibvmhRANCAATmS2JGVXOaEfNfGN33C1szJaJ2OIDz
        iOEMUb5eKtWuGgqG4rj6NjrD1AHjZQ/EghMBaeyAZKkVoewJP9CSACbw
        -----END PRIVATE KEY-----

        """
}
