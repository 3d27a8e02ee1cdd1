import ArgumentParser
import SMTP
import SamotopClient
import Testing

@testable import SamotopCommand

@Suite("samotop send: what its arguments mean")
struct SendCommandTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func message(_ arguments: [String]) throws -> SendableMessage {
        try SendableMessage(try SendCommand.parse(arguments))
    }

    private func recipients(_ arguments: [String]) throws -> [String] {
        try message(arguments).transaction.recipients.map { recipient in
            guard case .mailbox(let mailbox) = recipient.path else { return "" }
            return String(decoding: mailbox.bytes, as: UTF8.self)
        }
    }

    // MARK: signing in

    private func authentication(
        _ arguments: [String], server: String = "mx.out.test", _ environment: [String: String] = [:]
    ) throws -> Authentication? {
        let command = try SendCommand.parse(["--to", "a@x.test"] + arguments)
        return try SendSignIn(command, try SendTarget(server), environment: environment).authentication()
    }

    private func proof(_ authentication: Authentication?) -> String {
        switch authentication?.credentials {
        case .password(let user, let password, nil)?: "\(user) \(password)"
        case .bearer(let user, let token)?: "\(user) token \(token)"
        case .external(let user)?: "certificate \(user ?? "-")"
        default: "nobody"
        }
    }

    @Test("The secret says which mechanisms, and those that are named say which secret")
    func secrets() throws {
        let password = try place.write("hunter2\nmore\n", to: "password")
        let token = try place.write("tok.en\r\n", to: "token")
        let both = ["SAMOTOP_PASSWORD": "p", "SAMOTOP_TOKEN": "t"]
        #expect(try authentication([]) == nil)
        #expect(proof(try authentication(["--auth", "ann", "--password-file", password])) == "ann hunter2")
        #expect(proof(try authentication(["--auth", "ann", "--token-file", token])) == "ann token tok.en")
        #expect(proof(try authentication(["--auth", "ann"], both)) == "ann p")
        #expect(proof(try authentication(["--auth", "ann"], ["SAMOTOP_TOKEN": "t"])) == "ann token t")
        #expect(proof(try authentication(["--auth", "ann", "--auth-mechanism", "XOAUTH2"], both)) == "ann token t")
        #expect(proof(try authentication([], server: "smtp://ann:p@mx.out.test")) == "ann p")
        let certificate = ["--cert", "c.pem", "--key", "k.pem"]
        #expect(try authentication(certificate) == nil)
        let external = certificate + ["--auth-mechanism", "external"]
        #expect(proof(try authentication(external)) == "certificate -")
        #expect(proof(try authentication(external + ["--auth", "ann"])) == "certificate ann")
    }

    @Test("Mechanisms are taken in the order in which they are named")
    func order() throws {
        let given = ["SAMOTOP_PASSWORD": "p"]
        #expect(try authentication(["--auth", "a"], given)?.mechanisms == Authentication.Mechanism.allCases)
        let named = ["--auth", "a", "--auth-mechanism", "login, plain", "--auth-mechanism", "SCRAM-SHA-256"]
        #expect(try authentication(named, given)?.mechanisms == [.login, .plain, .scramSHA256])
    }

    @Test(
        "Mechanisms that can't be used say why",
        arguments: [
            (["--auth", "a", "--auth-mechanism", "CRAM-MD5"], "use SCRAM-SHA-256-PLUS, SCRAM-SHA-256, OAUTHBEARER"),
            (["--auth", "a", "--auth-mechanism", "PLAIN,"], "unknown value"),
            (["--auth", "a", "--auth-mechanism", "PLAIN,OAUTHBEARER"], "name those of one kind"),
            (["--auth", "a", "--auth-mechanism", "PLAIN", "--token-file", "/t"], "and a token is given"),
            (["--auth", "a", "--auth-mechanism", "EXTERNAL"], "write --cert and --key"),
            (["--auth", "a", "--auth-mechanism", "XOAUTH2"], "write --token-file, or set SAMOTOP_TOKEN"),
            (["--auth-mechanism", "PLAIN"], "Write --auth"), (["--token-file", "/t"], "Write --auth"),
            (["--auth", "a", "--token-file", "/nonexistent/t"], "--token-file /nonexistent/t"),
        ])
    func unusable(_ arguments: [String], _ words: String) throws {
        let failure = #expect(throws: StartFailure.self) { try authentication(arguments) }
        #expect(failure?.status == ExitStatus.usage)
        #expect(try #require(failure?.lines.first).contains(words))
    }

    // MARK: the message

    @Test("The file stands where it is written: first, last, or between options")
    func file() throws {
        let path = try place.write("Subject: hi\n\nDinner?\n", to: "m.eml")
        for arguments in [[path, "--to", "bob@out.test"], ["--to", "bob@out.test", path]] {
            let message = try message(arguments + ["--from", "ann@our.test"])
            #expect(String(decoding: message.octets, as: UTF8.self) == "Subject: hi\r\n\r\nDinner?\r\n")
            #expect(message.transaction.recipients.count == 1)
        }
    }

    @Test("Recipients are repeated, or have commas between them")
    func several() throws {
        let from = ["--from", "ann@our.test"]
        #expect(
            try recipients(from + ["--to", "a@x.test,b@x.test", "--to", "c@x.test"]) == [
                "a@x.test", "b@x.test", "c@x.test",
            ])
        #expect(try recipients(from + ["--to", "a@x.test, b@x.test"]) == ["a@x.test", "b@x.test"])
    }

    @Test(
        "What can't be sent says which option is to blame",
        arguments: [
            (["--to", "no address"], "--to"), (["--to", ""], "--to"), (["--to", ","], "--to"),
            (["--to", "a@x.test", "--from", "nobody"], "--from"), (["--to", "a@x.test", "--from", "<>"], "--from"),
            (["--to", "a@x.test", "--from", "a@x.test", "--header", "nothing"], "--header"),
            (["--to", "a@x.test", "--from", "a@x.test", "/nonexistent/m.eml"], "/nonexistent/m.eml"),
        ])
    func refused(_ arguments: [String], _ word: String) throws {
        let failure = #expect(throws: StartFailure.self) { try message(arguments) }
        #expect(failure?.status == ExitStatus.usage)
        #expect(try #require(failure?.lines.first).contains(word))
    }
}
