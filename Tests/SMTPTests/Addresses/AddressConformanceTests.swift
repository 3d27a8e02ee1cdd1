import Foundation
import SMTP
import Testing

/// A published set of cases, kept with its licence and provenance.
enum Conformance {
    static func cases<Case: Decodable>(_ path: String, as type: Case.Type = Case.self) throws -> [Case] {
        let url = Bundle.module.bundleURL.appending(path: "Resources").appending(path: path)
        return try JSONDecoder().decode([Case].self, from: Data(contentsOf: url))
    }
}

@Suite("Addresses against published sets")
struct AddressConformanceTests {
    struct IsEmail: Decodable {
        var id: String
        var address: String
        var valid_rfc5321: Bool
    }

    // Where is_email and RFC 5321 differ, or this grammar is narrower on purpose.
    static let isEmailDifferences: [String: (valid: Bool, reason: String)] = [
        "23": (false, "RFC 3696 §2: a top label is not all digits"),
        "24": (false, "RFC 5321 §4.1.3: an IPv4 address is a literal, with brackets"),
        "66": (true, "RFC 5321 §4.1.3: a General-address-literal with the tag 1111, which policy does not know"),
    ]

    @Test("is_email")
    func isEmail() throws {
        let cases = try Conformance.cases("address-isemail/cases.json", as: IsEmail.self)
        #expect(cases.count == 164)
        let differing = cases.count { (Mailbox($0.address) != nil) != $0.valid_rfc5321 }
        tally("address-isemail", count: cases.count, differing: differing, known: Self.isEmailDifferences.count)
        for one in cases {
            let valid = Self.isEmailDifferences[one.id]?.valid ?? one.valid_rfc5321
            #expect((valid != one.valid_rfc5321) == (Self.isEmailDifferences[one.id] != nil), "case \(one.id)")
            let mailbox = Mailbox(one.address)
            #expect((mailbox != nil) == valid, "case \(one.id): \(one.address)")
            if let mailbox { #expect(Mailbox(mailbox.bytes) == mailbox, "case \(one.id)") }
        }
    }

    struct Mox: Decodable {
        var kind: String
        var input: String
        var valid: Bool?
        var mailbox: String?
        var output: String?
    }

    @Test("mox")
    func mox() throws {
        let cases = try Conformance.cases("smtp-syntax-mox/addresses.json", as: Mox.self)
        #expect(cases.count == 30)
        for one in cases {
            switch one.kind {
            case "local-part": #expect((Mailbox(one.input + "@x") != nil) == one.valid, "\(one.input)")
            case "address": #expect((Mailbox(one.input) != nil) == one.valid, "\(one.input)")
            case "path": #expect(Line.mailbox("RCPT TO:\(one.input)") == one.mailbox, "\(one.input)")
            case "xtext-decode" where one.input.isEmpty:
                // RFC 5321 §4.1.2: xtext may be empty, the esmtp-value that holds it may not.
                #expect(Line.error("MAIL FROM:<> ENVID=")?.kind == .parameterSyntax)
            case "xtext-decode":
                guard case .mail(_, let parameters) = try Line.parse("MAIL FROM:<> ENVID=\(one.input)") else {
                    Issue.record("\(one.input)")
                    continue
                }
                #expect(parameters.envelopeID == one.output.map { [UInt8]($0.utf8) })
            case "pack-local-part":
                #expect(
                    LocalPart([UInt8](one.input.utf8))?.bytes == one.output.map { [UInt8]($0.utf8) }, "\(one.input)")
            default: Issue.record("unknown kind \(one.kind)")
            }
        }
    }
}
