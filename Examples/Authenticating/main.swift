// Who sent this message? `swift run AuthenticatingExample message.eml 192.0.2.1 mail.example.org ann@example.org`
import Foundation
import InternetMessage
import NameResolution
import SenderAuthentication
#if Unbound
    import UnboundResolver
#endif

let arguments = CommandLine.arguments
guard arguments.count == 5, let client = IPAddress(arguments[2]) else {
    print("usage: AuthenticatingExample FILE ADDRESS HELO SENDER")
    exit(64)
}
#if Unbound
    let resolver = CachingResolver(try UnboundResolver())
#else
    // Built without libunbound: nothing is known of anybody.
    let resolver = ZoneResolver()
#endif

// SPF: may this client send for that domain?
let parts = Array(arguments[4].utf8).split(separator: UInt8(ascii: "@"), maxSplits: 1)
let sender = SPFSender(localPart: parts.first.map { Array($0) } ?? [], domain: parts.last.map { Array($0) } ?? [])
let envelope = SPFEnvelope(client: client, helo: Array(arguments[3].utf8), sender: sender)
let spf = await SPFEvaluator(resolver: resolver).check(envelope)

// DKIM, ARC and DMARC: the message streams through a reader, which keeps its header and hashes its body.
var reader = SignedMessageReader()
reader.push(Array(try Data(contentsOf: URL(fileURLWithPath: arguments[1]))))
let found = await MessageAuthenticator(resolver: resolver).authenticate(
    reader.finish(), spf: [spf.mailFrom.authenticationResult], now: Int64(Date().timeIntervalSince1970))

// All of it in the words of RFC 8601.
let results = [spf.mailFrom.authenticationResult] + found.authenticationResults
if let authservID = AuthservID(Array("mx.example.net".utf8)) {
    print(String(decoding: AuthenticationResults(authservID: authservID, results: results).bytes, as: UTF8.self))
}
