import Foundation
import SamotopClient

/// Who `samotop send` is to the server, and how it proves that.
struct SendSignIn {
    private let command: SendCommand
    private let target: SendTarget
    private let environment: [String: String]

    /// - Parameter environment: where secrets may be that no file has.
    init(
        _ command: SendCommand, _ target: SendTarget,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        (self.command, self.target, self.environment) = (command, target, environment)
    }

    /// Nil: nobody in particular.
    func authentication() throws -> Authentication? {
        let mechanisms = try mechanisms()
        guard user != nil || !mechanisms.isEmpty || command.tokenFile != nil else { return nil }
        var authentication = Authentication(try credentials(try proof(mechanisms)))
        if !mechanisms.isEmpty { authentication.mechanisms = mechanisms }
        return authentication
    }

    private var user: String? { command.auth ?? target.user }

    /// As they were named, best first; none: all that fit the secret.
    private func mechanisms() throws -> [Authentication.Mechanism] {
        let names = command.mechanisms.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return try names.map { name throws in
            let name = name.trimmingCharacters(in: .whitespaces)
            do throws(Unfit) {
                return try Choice.of(Authentication.Mechanism.self)(name.uppercased())
            } catch { throw SendProblem.usage("--auth-mechanism: \(OneLine.escaped(error.message))") }
        }
    }

    private func proof(_ mechanisms: [Authentication.Mechanism]) throws -> SignInProof {
        let written: SignInProof? =
            if command.passwordFile != nil || target.password != nil {
                .password
            } else {
                command.tokenFile == nil ? nil : .token
            }
        guard let first = mechanisms.first else {
            let hasToken = environment[Overrides.token] != nil && environment[Overrides.password] == nil
            return written ?? (hasToken ? .token : .password)
        }
        let wanted = SignInProof(first)
        if let other = mechanisms.first(where: { SignInProof($0) != wanted }) {
            throw SendProblem.usage(
                """
                --auth-mechanism: \(first.rawValue) goes by a \(wanted.rawValue) and \(other.rawValue) by a \
                \(SignInProof(other).rawValue); name those of one kind
                """)
        }
        if let written, written != wanted {
            throw SendProblem.usage(
                "--auth-mechanism: \(first.rawValue) goes by a \(wanted.rawValue), and a \(written.rawValue) is given")
        }
        return wanted
    }

    private func credentials(_ proof: SignInProof) throws -> Authentication.Credentials {
        if proof == .certificate {
            guard command.certificate != nil else {
                throw SendProblem.usage("--auth-mechanism: EXTERNAL goes by a certificate; write --cert and --key")
            }
            return .external(authorizing: user)
        }
        guard let user else { throw SendProblem.usage("as whom? Write --auth") }
        return proof == .token
            ? .bearer(user: user, token: try token()) : .password(user: user, password: try password())
    }

    private func token() throws -> String {
        if let file = command.tokenFile { return try Self.secret(file, "--token-file") }
        guard let token = environment[Overrides.token] else {
            throw SendProblem.usage("no token: write --token-file, or set \(Overrides.token)")
        }
        return token
    }

    private func password() throws -> String {
        if let password = target.password { return password }
        if let file = command.passwordFile { return try Self.secret(file, "--password-file") }
        if let password = environment[Overrides.password] { return password }
        guard command.file != "-", !command.readsBody, let password = PasswordPrompt.read() else {
            throw SendProblem.usage("no password: write --password-file, or set \(Overrides.password)")
        }
        return password
    }

    private static func secret(_ file: String, _ option: String) throws -> String {
        do throws(SystemFailure) {
            return try LocalFile.secret(file)
        } catch { throw SendProblem.usage("\(option) \(OneLine.escaped(file)): \(error)") }
    }
}
