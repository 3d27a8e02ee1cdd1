import NameResolution

/// What a server is set up as. Pure: everything that the files say follows from it.
struct SetupPlan: Sendable, Hashable {
    /// The first mailbox, which is the postmaster's too.
    let address: MailboxName
    /// This host's name.
    let host: String
    /// Everything is below it; empty: the system's own places.
    let root: String
    /// The year and month in selectors, like `202611`.
    let month: String
    /// Nil: no authority is asked, and a certificate that signs itself is served.
    var directory: String?
    var caFile: String?

    var configurationFile: String { "\(root)/etc/samotop/samotop.yaml" }
    var zoneFile: String { "\(root)/etc/samotop/\(address.domain).zone" }
    var unitFile: String { "\(root)/etc/systemd/system/samotop.service" }
    var state: String { "\(root)/var/lib/samotop" }
    var certificates: CertificateFolder { CertificateFolder(state: state) }

    /// Selectors of the keys that sign mail, and their files.
    var keys: [(selector: String, file: String, isRSA: Bool)] {
        [("rsa\(month)", true), ("ed\(month)", false)].map { selector, isRSA in
            (selector, "\(state)/dkim/\(selector)._domainkey.\(address.domain).pem", isRSA)
        }
    }

    /// The names that the first certificate is for.
    var names: [String] { directory == nil ? [host] : [host, "mta-sts.\(address.domain)"] }

    /// The configuration, as a person would write it.
    var configuration: String {
        let local = address.localPart
        let tls =
            directory.map { directory in
                """
                  acme:
                    directory: \(directory)
                    agree-to-terms: true
                    contact: \(address)
                """ + (caFile.map { "\n    ca-file: \($0)" } ?? "")
            }
                ?? """
                  # This certificate signs itself. Put one of an authority into its place, or write acme: instead.
                  certificates:
                    - certificate: \(certificates.pair.certificate)
                      key: \(certificates.pair.key)
                """
        let policy =
            directory == nil
            ? ""
            : """

            # Tells other servers to write to this one by verified TLS alone. From testing to enforce when reports say that all is well.
            mta-sts:
              listen: 0.0.0.0:443
              mode: testing

            """
        return """
            # Made by samotop setup. etc/samotop.yaml shows every key; samotop check says what is wrong, samotop doctor what could be better.
            name: \(host)
            state: \(state)
            postmaster: \(address)

            listeners:
              mx: {role: mx, listen: ["0.0.0.0:25", "[::]:25"]}
              submissions: {role: submission, listen: ["0.0.0.0:465", "[::]:465"], tls: implicit}
              submission: {role: submission, listen: ["0.0.0.0:587", "[::]:587"]}

            tls:
            \(tls)
            \(policy)
            # Where you decide about strangers: http://127.0.0.1:8025, or behind a proxy of yours.
            web:
              listen: 127.0.0.1:8025

            relay:
              from: [127.0.0.0/8, "::1"]
              sign:
                \(address.domain):
            \(keys.map { "      \($0.selector): \($0.file)" }.joined(separator: "\n"))

            reports:
              send: [tls, dmarc]
              receive: [reports@\(address.domain)]

            domains:
              \(address.domain):
                mailboxes:
                  \(local):
            \(local.lowercased() == "reports" ? "" : "    aliases:\n      reports: \(local)\n")
            """
    }

    /// The unit for systemd.
    ///
    /// - Parameter program: the path of samotop.
    func unit(program: String) -> String {
        var text = SystemdUnit.text
            .replacing(
                "/usr/bin/samotop serve --config /etc/samotop/samotop.yaml",
                with: "\(program) serve --config \(configurationFile)")
        if !root.isEmpty {
            text = text.replacing(
                "StateDirectory=samotop\nStateDirectoryMode=0700\n", with: "ReadWritePaths=\(state)\n")
        }
        return text
    }
}
