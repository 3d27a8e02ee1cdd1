import Foundation
import NameResolution
import SamotopAccounts
import SamotopSigning
import SenderAuthentication

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Makes everything that a server needs, or nothing: whatever fails, what was made goes again.
struct Setup {
    /// In their order. The configuration comes last: where it is, all is.
    enum Step: String, CaseIterable {
        case folders, certificate
        case signingKeys = "signing keys"
        case account, unit, zone, owner, configuration
    }

    /// What came of it.
    struct Made {
        let paths: [String]
        /// Shown once, and kept nowhere.
        let password: String
        let zone: [String]
    }

    let plan: SetupPlan
    let addresses: [IPAddress]
    /// The path of samotop, for the unit.
    let program: String
    /// Called before each step; a test lets it fail.
    var before: (Step) throws -> Void = { _ in }

    func run() throws -> Made {
        let ledger = SetupLedger()
        do {
            let password = AppPassword.random()
            var zone: [String] = []
            for step in Step.allCases {
                try before(step)
                switch step {
                case .folders: try makeFolders(ledger)
                case .certificate:
                    try ledger.expect(plan.certificates.path)
                    try plan.certificates.prepare(names: plan.names)
                    // The account's key is made with it: a CAA record may name the account.
                    if plan.directory != nil { _ = try plan.certificates.accountKey() }
                case .signingKeys: try makeKeys(ledger)
                case .account: try makeAccount(password, ledger)
                case .unit:
                    try ledger.makeFolder(LocalFile.parent(of: plan.unitFile), mode: 0o755)
                    try ledger.write(plan.unit(program: program), to: plan.unitFile, mode: 0o644)
                case .zone:
                    zone = try zoneLines()
                    try ledger.write(zone.joined(separator: "\n") + "\n", to: plan.zoneFile, mode: 0o644)
                case .owner: try giveAway(ledger)
                case .configuration: try ledger.write(plan.configuration, to: plan.configurationFile, mode: 0o644)
                }
            }
            return Made(paths: ledger.paths, password: password, zone: zone)
        } catch {
            ledger.undo()
            throw error
        }
    }

    private func makeFolders(_ ledger: SetupLedger) throws {
        try ledger.makeFolder(LocalFile.parent(of: plan.configurationFile), mode: 0o755)
        try ledger.makeFolder(plan.state, mode: 0o700)
    }

    private func makeKeys(_ ledger: SetupLedger) throws {
        try ledger.expect(plan.state + "/dkim")
        try LocalFile.makeFolder(plan.state + "/dkim", mode: 0o700)
        for key in plan.keys { _ = try SigningKeyFile.make(key.isRSA ? .rsa : .ed25519, at: key.file) }
    }

    private func makeAccount(_ password: String, _ ledger: SetupLedger) throws {
        let path = plan.state + "/accounts"
        try ledger.expect(path)
        var secrets = AccountSecrets()
        guard secrets.set(password: password) else {
            throw StartFailure(ExitStatus.failure, ["samotop: no password can be made"])
        }
        var file = AccountFile()
        let name = "\(plan.address)".lowercased()
        file.set(AccountFile.Entry(name: name, secrets: secrets, isAdministrator: true))
        try file.write(path)
    }

    /// The configuration is read as the server will, and its zone made.
    private func zoneLines() throws -> [String] {
        let bytes = Array(plan.configuration.utf8)
        let configuration: Configuration
        do throws(InvalidConfiguration) {
            configuration = try ConfigurationReader.read(bytes, name: plan.configurationFile)
        } catch {
            throw StartFailure(ExitStatus.configuration, error.problems)
        }
        return try MailZone.zones(configuration, addresses: addresses).flatMap(\.lines)
    }

    /// Root makes it for the user whom the unit names.
    private func giveAway(_ ledger: SetupLedger) throws {
        guard geteuid() == 0, plan.root.isEmpty else { return }
        if getpwnam(SystemdUnit.user) == nil {
            try SystemProgram.run("useradd", SystemdUnit.userArguments(state: plan.state))
            ledger.did { try? SystemProgram.run("userdel", [SystemdUnit.user]) }
        }
        guard let user = getpwnam(SystemdUnit.user)?.pointee else {
            throw StartFailure(ExitStatus.failure, ["samotop: the user \(SystemdUnit.user) couldn't be made"])
        }
        for path in made(ledger) where lchown(path, user.pw_uid, user.pw_gid) != 0 {
            throw SystemFailure("chown")
        }
    }

    /// What this run has made in the state folder; what was there before stays whose it was.
    private func made(_ ledger: SetupLedger) -> [String] {
        let paths = (ledger.folders + ledger.paths).filter { $0 == plan.state || $0.hasPrefix(plan.state + "/") }
        let below = ledger.paths.filter { paths.contains($0) && LocalFile.status($0)?.isFolder == true }
            .flatMap { folder in
                (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? [])
                    .map { "\(folder)/\($0)" }
            }
        return paths + below
    }
}
