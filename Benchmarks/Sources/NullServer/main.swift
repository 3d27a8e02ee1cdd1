// A server that stores nothing: what the wire, the session machine and the desk cost. Usage: NullServer PORT
import SMTP
import SamotopCore
import SamotopServer

/// Takes every recipient and forgets every message.
struct NullDelivery: DeliveryAgent {
    func resolve(_ path: ForwardPath) async throws -> DirectoryAnswer { .destinations([.mailbox("null")]) }
    func deliver(_ message: ReceivedMessage, to recipients: [Recipient]) async throws {}
}

let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 2525
let mail = try MailService("mx.example.test", delivering: NullDelivery())
var limits = ConnectionLimits()
limits.total = 20_000
limits.perAddress = 20_000
limits.perNetwork = 20_000
let listener = Listener("mx", at: .tcp(host: "127.0.0.1", port: port), role: .mx, security: .none)
try await SMTPServer(mail, on: [listener], limits: limits).run()
