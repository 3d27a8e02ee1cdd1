import InternetMessage

/// The identifier that our server put into a message's newest Received field.
enum ReceivedIdentifier {
    static func first(in message: [UInt8]) -> String? {
        let header = HeaderSection(message)
        guard let field = header.fields(named: .received).first, let id = Received(field.body).id else { return nil }
        return String(decoding: id, as: UTF8.self)
    }
}
