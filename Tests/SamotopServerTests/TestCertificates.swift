import Foundation
import NIOSSL
import SamotopServer

/// Certificates made for these tests with `openssl req -x509 -newkey ec -days 36500`; their keys are no secrets.
struct TestCertificate: Sendable {
    let certificate: String
    let key: String

    /// As the client sees it.
    func leaf() throws -> NIOSSLCertificate { try NIOSSLCertificate(bytes: Array(certificate.utf8), format: .pem) }

    /// For `mx.our.test`.
    static let first = TestCertificate(
        certificate: """
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

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9qGPdFTVUB8ayFsi
            K3k3ON8AJr+wMpaYc90HFj6ibvmhRANCAATmS2JGVXOaEfNfGN33C1szJaJ2OIDz
            iOEMUb5eKtWuGgqG4rj6NjrD1AHjZQ/EghMBaeyAZKkVoewJP9CSACbw
            -----END PRIVATE KEY-----

            """)

    /// For `mx.our.test` too, with another key.
    static let renewed = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUEVEQVDBMxmQlRDAPn53XJVT6iPgwCgYIKoZIzj0EAwIw
            FjEUMBIGA1UEAwwLbXgub3VyLnRlc3QwIBcNMjYxMTIyMjMzNzQ3WhgPMjEyNjEw
            MjkyMzM3NDdaMBYxFDASBgNVBAMMC214Lm91ci50ZXN0MFkwEwYHKoZIzj0CAQYI
            KoZIzj0DAQcDQgAESgkjogWG68QZXQd3gRcgEhMLmD5kj6Ydz+QUwbNe7uBUTC9A
            a+gzfEu+XGn2bDJu1ZWDSpCAltB/0R5RRFT+dKNrMGkwHQYDVR0OBBYEFLlztCgX
            +16c+yXW8qgCydyGWK9qMB8GA1UdIwQYMBaAFLlztCgX+16c+yXW8qgCydyGWK9q
            MA8GA1UdEwEB/wQFMAMBAf8wFgYDVR0RBA8wDYILbXgub3VyLnRlc3QwCgYIKoZI
            zj0EAwIDSAAwRQIhAKgKeMAero9P3JB2b87IQPdgVN0jj0bmDOXhddR85zkqAiAR
            fHAUDKO58byv37V7AWbTw9HDGe+pWPJVVEi1B0JqRg==
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBD2Le4BdyWUoXGIR
            72p2FL/HFQVHuq8A4f2QFfmTRkOhRANCAARKCSOiBYbrxBldB3eBFyASEwuYPmSP
            ph3P5BTBs17u4FRML0Br6DN8S75cafZsMm7VlYNKkICW0H/RHlFEVP50
            -----END PRIVATE KEY-----

            """)

    /// For `exact.wild.test`.
    static let exact = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBpjCCAU2gAwIBAgIUCiTW+0cWu+zk74ydNkw9jJRtfoYwCgYIKoZIzj0EAwIw
            GjEYMBYGA1UEAwwPZXhhY3Qud2lsZC50ZXN0MCAXDTI2MTEyMjIzMzc0N1oYDzIx
            MjYxMDI5MjMzNzQ3WjAaMRgwFgYDVQQDDA9leGFjdC53aWxkLnRlc3QwWTATBgcq
            hkjOPQIBBggqhkjOPQMBBwNCAAQk2JfF1wszQuJmLBAqrLTNq6PrWeI1GJgQur6m
            W+7AyMqw3Pg5DA/Dw3uDFItkXTH2wnRLBnP0BMFvHzLYcXKVo28wbTAdBgNVHQ4E
            FgQUgI/peEXjhWAad0UibT2e/eaxXcIwHwYDVR0jBBgwFoAUgI/peEXjhWAad0Ui
            bT2e/eaxXcIwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgg9leGFjdC53aWxk
            LnRlc3QwCgYIKoZIzj0EAwIDRwAwRAIgWmhCMO0hNMAQcUEpTO5oksPAjf6raour
            PJzqrG9G5GgCIGZ/sJXRsvKxiX3GwEYzAUp12sdtesF140tcvqeg7VdR
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTcmFiV/yXsUb4Cva
            X8yvDT51DEQxwjTjDZuQJbgv89ehRANCAAQk2JfF1wszQuJmLBAqrLTNq6PrWeI1
            GJgQur6mW+7AyMqw3Pg5DA/Dw3uDFItkXTH2wnRLBnP0BMFvHzLYcXKV
            -----END PRIVATE KEY-----

            """)

    /// For `*.wild.test`.
    static let wildcard = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmDCCAT2gAwIBAgIUEU+L+I9gR0PHgU2HPspIXZqmn/kwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJd2lsZC50ZXN0MCAXDTI2MTEyMjIzMzc0N1oYDzIxMjYxMDI5
            MjMzNzQ3WjAUMRIwEAYDVQQDDAl3aWxkLnRlc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAAS0O+1vzKomCdw22CyL8nZ8QBnGPRaUVZfbhv757y/HqdL6wqy2lP+y
            XhtU0Gu7YCSEwQcFyr6G33WpqMquSr6uo2swaTAdBgNVHQ4EFgQUG6VRxGt8/iJK
            4fqWSA9iowS+Y9QwHwYDVR0jBBgwFoAUG6VRxGt8/iJK4fqWSA9iowS+Y9QwDwYD
            VR0TAQH/BAUwAwEB/zAWBgNVHREEDzANggsqLndpbGQudGVzdDAKBggqhkjOPQQD
            AgNJADBGAiEAvPlA58f2DS7VZoEpVJp0dUw81hWxO4WzytaTKNwnOLICIQC0yLh7
            hb41oWSFDnelWi4cpRxXL+RUIP8WgMHoW4MyhQ==
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQghdwahjsdisbofx7z
            fa5MQzDY29m8Iw75ot43cBC3tGmhRANCAAS0O+1vzKomCdw22CyL8nZ8QBnGPRaU
            VZfbhv757y/HqdL6wqy2lP+yXhtU0Gu7YCSEwQcFyr6G33WpqMquSr6u
            -----END PRIVATE KEY-----

            """)
}

/// A folder of its own with certificates in it, removed with the last reference.
final class CertificateFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("samotop-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func place(_ name: String) -> String { path + "/" + name }

    /// Writes (or overwrites) a pair under a name.
    @discardableResult func write(_ pair: TestCertificate, as name: String = "mx") throws -> TLSIdentities.Files {
        try write(pair.certificate, to: name + ".pem")
        try write(pair.key, to: name + ".key")
        return files(name)
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: place(name)))
    }

    func files(_ name: String = "mx") -> TLSIdentities.Files {
        TLSIdentities.Files(certificate: place(name + ".pem"), key: place(name + ".key"))
    }
}
