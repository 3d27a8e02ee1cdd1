#if Web
    import HTTPTypes

    /// The cookie of a session (RFC 6265). With TLS its name starts with `__Host-`: no other host, path or plain
    /// connection can set it.
    struct SessionCookie {
        let name: String
        private let attributes: String

        init(isSecure: Bool) {
            name = isSecure ? "__Host-samotop" : "samotop"
            attributes = "; Path=/; HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
        }

        func setting(_ token: SecretToken) -> String { "\(name)=\(token.text)\(attributes)" }

        var clearing: String { "\(name)=\(attributes); Max-Age=0" }

        /// The token in the Cookie fields; nil when there is none, or two that differ: one of them was planted.
        func token(in fields: HTTPFields) -> SecretToken? {
            var found: SecretToken?
            for field in fields[values: .cookie] {
                for pair in field.split(separator: ";").prefix(50) {
                    let pair = pair.drop { $0 == " " }
                    guard pair.hasPrefix(name + "=") else { continue }
                    guard let token = SecretToken(pair.dropFirst(name.count + 1)), found == nil || found == token else {
                        return nil
                    }
                    found = token
                }
            }
            return found
        }
    }
#endif
