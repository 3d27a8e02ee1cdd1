/// Words that a key may say.
enum Choice {
    /// One of the cases of an enumeration, by its raw value.
    static func of<Value: CaseIterable & RawRepresentable<String>>(
        _ type: Value.Type
    ) -> (String) throws(Unfit) -> Value {
        { text throws(Unfit) in
            if let value = Value(rawValue: text) { return value }
            let words = Value.allCases.map(\.rawValue)
            let last = words.count > 1 ? " or " + (words.last ?? "") : ""
            let known = words.dropLast(words.count > 1 ? 1 : 0).joined(separator: ", ") + last
            throw Unfit("unknown value \(Quantity.quoted(text)); use \(known)")
        }
    }

    /// `true` or `false`.
    static func flag(_ text: String) throws(Unfit) -> Bool {
        switch text {
        case "true", "yes": true
        case "false", "no": false
        default: throw Unfit("unknown value \(Quantity.quoted(text)); use true or false")
        }
    }
}
