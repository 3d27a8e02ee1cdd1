import SamotopClient

/// What is said between `samotop send` and the server, for people to read.
enum SendTranscript {
    static func line(_ event: ClientTranscript) -> String {
        switch event {
        case .sent(let octets): "C: \(text(octets))"
        case .received(let octets): "S: \(text(octets))"
        case .secret: "C: (a secret)"
        case .content: "C: (the message)"
        case .secured(let tls): "*: \(tls.version)\(tls.cipher.map { " \($0)" } ?? "")"
        }
    }

    private static func text(_ octets: [UInt8]) -> String {
        OneLine.escaped(String(decoding: octets, as: UTF8.self), limit: 2_000)
    }
}
