// A whole mail server: `swift run SamotopExample` wants tls/cert.pem and tls/key.pem, and listens on port 2525.
import SamotopCore
import SamotopDelivery
import SamotopGuards
import SamotopServer

let mailboxes = try Mailboxes(
    in: "mail", addresses: ["ann@example.test": "ann", "info@example.test": "ann"], postmaster: "ann")
let mail = try MailService("mx.example.test", delivering: mailboxes) {
    Prudence(bannerDelay: .seconds(2))
    RefuseUnencrypted()
}
let tls = try TLSIdentities([.init(certificate: "tls/cert.pem", key: "tls/key.pem")])
try await SMTPServer(mail, on: [.mx(tls: tls, port: 2525)]).run()
