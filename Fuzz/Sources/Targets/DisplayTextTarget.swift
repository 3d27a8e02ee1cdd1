import InternetMessage

/// Decoded text is well-formed and holds no control character, whatever was encoded.
@Sendable func fuzzDisplayText(_ body: [UInt8]) {
    isShowable(DisplayText.decode(body))
    for phrase in Keywords(body).phrases {
        require(!phrase.isEmpty, "an empty phrase")
        isShowable(phrase)
    }
    if let id = MessageID(body) {
        let written = Array("<".utf8) + id.bytes + Array(">".utf8)
        require(MessageID(written) == id, "\(shown(body)) was written as \(shown(written)), which is another id")
        require(MessageID.all(in: body) == [id], "\(shown(body)) is one id, and yet not")
    }
    for id in MessageID.all(in: body) {
        require(MessageID(Array("<".utf8) + id.bytes + Array(">".utf8)) == id, "\(shown(id.bytes)) is no id")
    }
}

/// UTF-8 that a terminal or a page can be given.
func isShowable(_ text: [UInt8]) {
    var iterator = text.makeIterator()
    var decoder = UTF8()
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue(let scalar):
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            require(!isControl, "a control character in \(shown(text))")
        case .emptyInput: return
        case .error: require(false, "\(shown(text)) is no UTF-8")
        }
    }
}
