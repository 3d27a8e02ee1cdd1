import ArgumentParser
import SamotopAccounts

/// `samotop unlock`: the instance's key comes of a passphrase.
struct UnlockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Make the instance's key of a passphrase, where privacy.key says.",
        discussion: """
            The passphrase is asked for, or is the first line of standard input. The first time it is chosen: what must be kept to make the same \
            key again is written to key.salt in the state folder, and the passphrase nowhere. Let privacy.key be a file in \
            memory, such as /run/samotop.key: it is gone when the machine stops, and samotop can't start until it was unlocked. When the \
            key is there already, nothing is done.
            """)

    @Flag(
        name: .long,
        help: "Choose a passphrase although there is a queue or a database, which another key may have sealed.")
    var new = false
    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        try StartFailure.reported {
            let configuration = try options.load()
            guard let path = configuration.privacy.key else {
                throw StartFailure(
                    ExitStatus.configuration,
                    [
                        configuration.problem(
                            "privacy", "no key is named; name a file in memory, like privacy: {key: /run/samotop.key}")
                    ])
            }
            guard !LocalFile.isTaken(path) else {
                return StandardError().write("samotop: \(path) is there already; nothing was done")
            }
            let place = PassphrasePlace(state: configuration.state)
            let account: Account?
            switch Account.find(configuration.account) {
            case .success(let found): account = found
            case .failure(let unknown):
                throw StartFailure(ExitStatus.configuration, [configuration.problem(unknown.key, unknown.message)])
            }
            try StateFolder.make(configuration, for: account)
            let key = try place.isChosen ? place.key(of: try passphrase()) : begin(place)
            do throws(SystemFailure) {
                try LocalFile.write(key, to: path, mode: 0o600, forOwnerOf: configuration.state)
            } catch {
                throw StartFailure(ExitStatus.failure, ["samotop: can't write \(path): \(error)"])
            }
            if !PassphrasePlace.isInMemory(path) {
                StandardError().write(
                    """
                    samotop: \(path) is on a disk, and whoever has that has the key, without a passphrase: better name a file in \
                    memory, such as /run/samotop.key
                    """)
            }
        }
    }

    private func begin(_ place: PassphrasePlace) throws(StartFailure) -> [UInt8] {
        if !new, let found = place.sealed {
            throw StartFailure(
                ExitStatus.failure,
                [
                    """
                    samotop: \(place.file) is missing, and \(found) may be sealed with the key that it makes. Restore it from a backup. If \
                    there never was one, --new makes one; what another key has sealed can't be read then
                    """
                ])
        }
        let chosen = try passphrase()
        guard chosen.unicodeScalars.count >= PassphrasePlace.shortest else {
            throw StartFailure(
                ExitStatus.usage,
                [
                    "a passphrase has \(PassphrasePlace.shortest) characters at least: whoever has the disk can try as many as they like"
                ])
        }
        if PasswordPrompt.isAsked, PasswordPrompt.read("The same once more: ") != chosen {
            throw StartFailure(ExitStatus.usage, ["these are two passphrases; nothing was done"])
        }
        return try place.begin(with: chosen)
    }

    private func passphrase() throws(StartFailure) -> String {
        guard let text = PasswordPrompt.read("Passphrase: "), !text.isEmpty else {
            throw StartFailure(ExitStatus.usage, ["no passphrase was given"])
        }
        return text
    }
}
