import ArgumentParser
import Foundation
import NIOSSL
import SamotopAccounts
import TransportSecurity

/// `samotop account certificate`: certificates of clients that sign in without a password.
struct CertificateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Add, list and remove client certificates that sign in to send.",
        discussion: """
            They sign in by EXTERNAL at listeners for submission, whoever signed them, as long as they are valid. The configuration has to \
            ask for them: submission.client-certificates.
            """,
        subcommands: [Add.self, List.self, Remove.self])

    /// Certificates of one account at most.
    static let most = 50

    /// `samotop account certificate add ADDRESS CERTIFICATE`.
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a certificate.")

        @Argument(help: "The mailbox's address.") var address: String
        @Argument(help: "A file with the certificate (PEM), or sha256: and its fingerprint.") var certificate: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                var entry = try AccountCommand.entry(address, configuration)
                let fingerprint = try CertificateCommand.fingerprint(certificate)
                guard !entry.certificates.contains(fingerprint) else {
                    throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(address)) has it already"])
                }
                guard entry.certificates.count < CertificateCommand.most else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["there are \(CertificateCommand.most) already; samotop account certificate remove one first"])
                }
                entry.certificates.append(fingerprint)
                try AccountCommand.change(configuration) { [entry] in $0.set(entry) }
                StandardOutput().write("sha256:\(fingerprint)")
                guard configuration.submission.clientCertificates == nil else { return }
                StandardError().write(
                    "samotop: clients aren't asked for certificates yet; add client-certificates: {} under submission, and restart"
                )
            }
        }
    }

    /// `samotop account certificate list ADDRESS`.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List an account's certificates.")

        @Argument(help: "The mailbox's address.") var address: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                let entry = try AccountCommand.entry(address, configuration)
                let written = configuration.submission.clientCertificates?.accounts[entry.name] ?? []
                StandardOutput().write(
                    entry.certificates.map { "sha256:\($0)" } + written.map { "sha256:\($0)  in the configuration" })
            }
        }
    }

    /// `samotop account certificate remove ADDRESS CERTIFICATE`.
    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a certificate: it signs in nowhere any more.")

        @Argument(help: "The mailbox's address.") var address: String
        @Argument(help: "A file with the certificate (PEM), or sha256: and its fingerprint.") var certificate: String
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let configuration = try options.load()
                var entry = try AccountCommand.entry(address, configuration)
                let fingerprint = try CertificateCommand.fingerprint(certificate)
                guard let index = entry.certificates.firstIndex(of: fingerprint) else {
                    throw StartFailure(
                        ExitStatus.usage,
                        ["no such certificate; samotop account certificate list shows those that can be removed"])
                }
                entry.certificates.remove(at: index)
                try AccountCommand.change(configuration) { [entry] in $0.set(entry) }
            }
        }
    }

    /// Of a certificate in a file, or as it is written.
    private static func fingerprint(_ text: String) throws -> Fingerprint {
        if text.lowercased().hasPrefix("sha256:") {
            do throws(Unfit) { return try ClientCertificateSettings.fingerprint(text) } catch {
                throw StartFailure(ExitStatus.usage, [error.message])
            }
        }
        do {
            let octets = try LocalFile.read(text)
            guard let certificate = try NIOSSLCertificate.fromPEMBytes(octets).first else {
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(text)): it holds no certificate"])
            }
            return Fingerprint(of: try certificate.toDERBytes())
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure(
                ExitStatus.usage, ["\(OneLine.escaped(text)): no certificate can be read from it: \(error)"])
        }
    }
}
