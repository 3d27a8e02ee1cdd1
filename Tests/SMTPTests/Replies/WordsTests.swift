import Foundation
import Testing

@testable import SMTP

/// The one table of words.
@Suite struct WordsTests {
    static let words: [String: ReplyWords] = [
        "localError": .localError, "insufficientStorage": .insufficientStorage,
        "tooManyConnections": .tooManyConnections,
        "earlyTalker": .earlyTalker, "illegalPipelining": .illegalPipelining, "foreignProtocol": .foreignProtocol,
        "tooManyErrors": .tooManyErrors, "tooManyCommands": .tooManyCommands, "encryptionRequired": .encryptionRequired,
        "relayingDenied": .relayingDenied, "unknownMailbox": .unknownMailbox, "mailboxFull": .mailboxFull,
        "notificationToSeveral": .notificationToSeveral, "loopDetected": .loopDetected, "messageTooBig": .messageTooBig,
        "headerTooBig": .headerTooBig, "bareNewline": .bareNewline, "nulInContent": .nulInContent,
        "lineTooLong": .lineTooLong, "mailboxMark": .mailboxMark, "malformedHeader": .malformedHeader,
        "authenticationRequired": .authenticationRequired,
        "credentialsInvalid": .credentialsInvalid,
        "authenticationUnavailable": .authenticationUnavailable,
        "authenticationSyntax": .authenticationSyntax,
        "tooManyAuthentications": .tooManyAuthentications,
        "senderNotOwned": .senderNotOwned,
        "authorNotOwned": .authorNotOwned,
        "authorUnclear": .authorUnclear,
        "dailyRecipients": .dailyRecipients,
        "dailyStrangers": .dailyStrangers,
        "releaseUnusable": .releaseUnusable, "keyMissing": .keyMissing, "keyUnusable": .keyUnusable,
        "keySecret": .keySecret,
    ]

    static let replies: [String: Reply] = [
        "done": .done, "senderTaken": .senderTaken, "recipientTaken": .recipientTaken,
        "startMailInput": .startMailInput,
        "goodBye": .goodBye, "readyForTLS": .readyForTLS, "cannotVerify": .cannotVerify, "help": .help,
        "unrecognized": .unrecognized, "commandTooLong": .commandTooLong, "bareNewlineInCommand": .bareNewlineInCommand,
        "notInLMTP": .notInLMTP, "invalidBytes": .invalidBytes, "argumentSyntax": .argumentSyntax,
        "reversePathSyntax": .reversePathSyntax, "forwardPathSyntax": .forwardPathSyntax,
        "parameterSyntax": .parameterSyntax, "notImplemented": .notImplemented, "badSequence": .badSequence,
        "noRecipients": .noRecipients, "alreadySecure": .alreadySecure, "helloFirst": .helloFirst,
        "binaryNeedsChunks": .binaryNeedsChunks, "parameterUnknown": .parameterUnknown, "needsSMTPUTF8": .needsSMTPUTF8,
        "tooManyRecipients": .tooManyRecipients, "shuttingDown": .shuttingDown, "timedOut": .timedOut,
        "authenticated": .authenticated,
        "authenticationCancelled": .authenticationCancelled,
        "authenticationEncoding": .authenticationEncoding,
        "authenticationLineTooLong": .authenticationLineTooLong,
        "mechanismUnknown": .mechanismUnknown,
        "authenticationNeedsTLS": .authenticationNeedsTLS,
    ]

    /// A word that someone adds has to be added above.
    @Test func nothingIsForgotten() throws {
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent(
            "../../../../Sources/SMTP/Replies/Words.swift")
        let text = try String(contentsOf: file.standardizedFileURL, encoding: .utf8)
        let names = text.matches(of: /static let (\w+) =/).map { String($0.output.1) }
        #expect(Set(names) == Set(Self.words.keys).union(Self.replies.keys))
        #expect(names.count == Self.words.count + Self.replies.count)
    }

    @Test func everyReplyIsWellFormed() {
        for (name, reply) in Self.replies { #expect(flaw(inReplies: reply.bytes) == nil, "\(name)") }
        for (name, words) in Self.words {
            for reply in [
                words.postponing, words.rejecting, words.disconnecting(permanent: true),
                words.disconnecting(permanent: false),
            ] {
                #expect(flaw(inReplies: reply.bytes) == nil, "\(name): \(String(decoding: reply.bytes, as: UTF8.self))")
                #expect(reply.status?.severity == reply.severity && !reply.isPositive)
            }
        }
    }

    @Test func theClassComesFromTheVerdict() {
        let words = ReplyWords(50, 7, 1, "No")
        #expect(words.postponing.bytes == Array("450 4.7.1 No\r\n".utf8))
        #expect(words.rejecting.bytes == Array("550 5.7.1 No\r\n".utf8))
        #expect(words.disconnecting(permanent: false).bytes == Array("421 4.7.1 No\r\n".utf8))
        #expect(words.disconnecting(permanent: true).bytes == Array("554 5.7.1 No\r\n".utf8))
        // Someone gives the whole code: the first digit is the verdict's all the same.
        #expect(ReplyWords(450, 7, 1, "No").rejecting.code == 550)
    }
}

@Suite struct ReplyTests {
    /// No text can forge a reply or break its line.
    @Test func anyTextMakesAWellFormedReply() {
        var random = CommandGenerator.Random(state: 0x2034)
        for _ in 0..<1_000 {
            let lines = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                (0..<Int.random(in: 0...700, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let reply = Reply(550, EnhancedStatusCode(5, 7, 1), lines: lines)
            #expect(flaw(inReplies: reply.bytes) == nil)
            #expect(reply.bytes.count { $0 == 0x0A } == max(1, lines.count))
        }
    }

    @Test func forgedLinesBecomeText() {
        let reply = Reply(450, EnhancedStatusCode(4, 7, 1), "a\r\n250 2.0.0 OK\r\n")
        #expect(reply.bytes == Array("450 4.7.1 a??250 2.0.0 OK??\r\n".utf8))
    }

    @Test func severalLinesRepeatCodeAndStatus() {
        let reply = Reply(250, EnhancedStatusCode(2, 0, 0), lines: [[0x61], [0x62]])
        #expect(reply.bytes == Array("250-2.0.0 a\r\n250 2.0.0 b\r\n".utf8))
    }
}
