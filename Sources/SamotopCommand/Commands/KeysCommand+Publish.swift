import ArgumentParser
import SamotopEncryption

extension KeysCommand {
    /// `samotop keys publish ADDRESS`.
    struct Publish: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say whether others find a mailbox's keys (Web Key Directory, encryption.publish).",
            discussion: "Where keys are published, all are, until their owner or this command says no.")
        @Argument(help: "The mailbox's address.") var address: String
        @Flag(name: .long, help: "Nobody finds its keys.") var off = false
        @OptionGroup var options: ConfigurationOptions

        func run() throws {
            try StartFailure.reported {
                let open = try OpenKeys(try options.load())
                let mailbox = try open.configuration.mailbox(address)
                try StateOwner.become(of: open.configuration.state)
                try open.folder.setPublished(!off, mailbox.name)
                let isServed = open.configuration.encryption.publish == .on
                StandardOutput().write(
                    off
                        ? "nobody finds the keys of \(mailbox.address)"
                        : "others find the keys of \(mailbox.address)\(isServed ? "" : " once there is encryption.publish: on")"
                )
            }
        }
    }
}
