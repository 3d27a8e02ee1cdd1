import ArgumentParser
import Foundation
import InternetMessage
import SamotopEncryption

/// `samotop seal`: encrypts mail that is stored already.
struct SealCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "seal", abstract: "Encrypt the mail that a mailbox holds already to its keys, in place.",
        discussion: """
            Flags, dates and folders stay; what is encrypted is left as it is, so that it can be run again, also after it was \
            interrupted. There is no way back without the secret key. The disk may hold remains of what was removed.
            """)

    @Argument(help: "A mailbox's address, or the path of a Maildir.") var mailbox: String
    @Option(name: .long, help: ArgumentHelp("A file with keys, for a Maildir of no mailbox.", valueName: "file"))
    var key: String?
    @Flag(name: .long, help: "As JSON.") var json = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try StartFailure.reported {
            let open = try OpenKeys(try options.load())
            let (folder, recipient) = try place(open)
            guard LocalFile.status(folder + "/cur")?.isFolder == true else {
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(folder)) is no Maildir"])
            }
            try StateOwner.become(of: folder)
            let mark = HeaderFieldName(Array(Self.requestMark.utf8))
            let sealing = MaildirSealing(folder, for: recipient) { header in
                // The questions about strangers, which are answered by moving them, are the server's own: nobody sent them.
                mark.map { !header.fields(named: $0).isEmpty && header.fields(named: .received).isEmpty } ?? false
            }
            let result: MaildirSealing.Result
            do { result = try sealing.run(at: Int64(Date().timeIntervalSince1970)) } catch {
                throw StartFailure(ExitStatus.failure, ["samotop: \(Self.words(error))"])
            }
            for failure in result.failures { StandardError().write(OneLine.escaped(failure, limit: 1_000)) }
            if json {
                let summary = [
                    "sealed": result.sealed, "alreadyEncrypted": result.alreadyEncrypted,
                    "passedOver": result.passedOver, "failed": result.failures.count,
                ]
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
                StandardOutput().write(String(decoding: try encoder.encode(summary), as: UTF8.self))
            } else {
                StandardOutput().write(
                    "\(result.sealed) encrypted, \(result.alreadyEncrypted) already were, \(result.failures.count) failed"
                )
            }
            if !result.failures.isEmpty { throw ExitCode(ExitStatus.failure) }
        }
    }

    /// Of ``SamotopContactFolders``' messages.
    private static let requestMark = "Samotop-Contact"

    private func place(_ open: OpenKeys) throws -> (folder: String, any EncryptionRecipient) {
        let configuration = open.configuration
        if let key {
            guard mailbox.contains("/") else {
                throw StartFailure(ExitStatus.usage, ["--key is for a Maildir; a mailbox has its own keys"])
            }
            let octets: [UInt8]
            do throws(SystemFailure) { octets = try LocalFile.read(key, limit: RecipientKey.maximumOctets) } catch {
                throw StartFailure(ExitStatus.usage, ["\(OneLine.escaped(key)): can't read it: \(error)"])
            }
            guard let engine = try EncryptionRooms.engine(configuration) else {
                throw StartFailure(ExitStatus.failure, ["this build can't encrypt"])
            }
            do throws(KeyProblem) { return (mailbox, try engine.recipient(octets)) } catch {
                throw StartFailure(ExitStatus.failure, ["\(OneLine.escaped(key)): \(error)"])
            }
        }
        let wanted = mailbox
        let places = configuration.maildirs
        let found = places.first { $0.folder == wanted || "\($0.folder)/" == wanted }
        let address: String
        if let found {
            address = found.address
        } else {
            if wanted.contains("/") {
                throw StartFailure(
                    ExitStatus.usage,
                    ["\(OneLine.escaped(wanted)) is no mailbox's Maildir; name its keys with --key FILE"])
            }
            address = try configuration.mailbox(wanted).address
        }
        let name = try configuration.mailbox(address).name
        guard let folder = places.first(where: { $0.address == address })?.folder,
            let recipient = try open.folder.recipient(of: name)
        else { throw StartFailure(ExitStatus.failure, ["\(address) has no key: samotop keys import \(address) FILE"]) }
        return (folder, recipient)
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case EncryptionError.noUsableKey(let problems):
            "no key can be used: \(problems.map { "\($0)" }.joined(separator: "; "))"
        case EncryptionError.failed(let words): "can't encrypt: \(words)"
        default: "\(error)"
        }
    }
}

extension Configuration {
    /// Each mailbox's address in lower case, and its Maildir.
    var maildirs: [(address: String, folder: String)] {
        domains.flatMap { domain in
            domain.mailboxes.map { box in
                let name = MailboxName(domain: domain.name, localPart: box.localPart)
                let folder = box.directory ?? MailboxesFactory.name(name)
                return (
                    "\(name)".lowercased(), folder.hasPrefix("/") ? folder : "\(MailboxesFactory.root(self))/\(folder)"
                )
            }
        }
    }
}
