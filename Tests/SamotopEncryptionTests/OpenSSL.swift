import Foundation

/// The program `openssl` with a folder of its own: makes certificates with their private keys, and decrypts what was stored.
final class OpenSSL: Sendable {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.path + "/samotop-openssl-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static let rsa = ["rsa:2048"]
    static func curve(_ name: String) -> [String] { ["ec", "-pkeyopt", "ec_paramgen_curve:\(name)"] }

    /// A self-signed certificate as PEM, good for 30 days; its key stays in the folder.
    ///
    /// - Parameter extensions: beside the address and what says that it is no authority.
    @discardableResult func make(
        _ name: String, _ key: [String] = rsa, address: String? = "bob@example.org", subject: String? = nil,
        isAuthority: Bool = false, extensions: [String] = []
    ) throws -> [UInt8] {
        let all =
            ["basicConstraints=critical,CA:\(isAuthority ? "TRUE" : "FALSE")"] + extensions
            + (address.map { ["subjectAltName=email:\($0)"] } ?? [])
        _ = try GnuPG.run(
            "openssl",
            ["req", "-x509", "-nodes", "-newkey"] + key + [
                "-keyout", "\(folder)/\(name).key", "-out", "\(folder)/\(name).pem", "-days", "30", "-subj",
                subject ?? "/CN=\(name)",
            ] + all.flatMap { ["-addext", $0] })
        return try read("\(name).pem")
    }

    /// A certificate for a key that can't sign: an authority made for it does.
    func makeX25519(_ name: String) throws -> [UInt8] {
        try make("\(name)-authority", Self.curve("P-256"), isAuthority: true)
        let path = "\(folder)/\(name)"
        _ = try GnuPG.run("openssl", ["genpkey", "-algorithm", "X25519", "-out", "\(path).key"])
        _ = try GnuPG.run("openssl", ["pkey", "-in", "\(path).key", "-pubout", "-out", "\(path).pub"])
        _ = try GnuPG.run(
            "openssl",
            ["req", "-new", "-key", "\(path)-authority.key", "-subj", "/CN=\(name)", "-out", "\(path).csr"])
        return try GnuPG.run(
            "openssl",
            [
                "x509", "-req", "-in", "\(path).csr", "-CA", "\(path)-authority.pem", "-CAkey",
                "\(path)-authority.key", "-CAcreateserial", "-force_pubkey", "\(path).pub", "-days", "30",
            ])
    }

    func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }

    func der(_ name: String) throws -> [UInt8] {
        try GnuPG.run("openssl", ["x509", "-in", "\(folder)/\(name).pem", "-outform", "DER"])
    }

    /// What a certificate's owner reads of a message in DER.
    func decrypt(_ der: [UInt8], as name: String) throws -> [UInt8] {
        try GnuPG.run(
            "openssl",
            [
                "cms", "-decrypt", "-binary", "-inform", "DER", "-recip", "\(folder)/\(name).pem", "-inkey",
                "\(folder)/\(name).key",
            ], input: der)
    }

    func structure(_ der: [UInt8]) throws -> String {
        String(decoding: try GnuPG.run("openssl", ["asn1parse", "-inform", "DER"], input: der), as: UTF8.self)
    }
}
