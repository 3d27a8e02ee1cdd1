import InternetMessage

/// Writes a field of tags that ends with a signature over it, folded.
struct SignatureFieldWriter {
    private static let signatureWidth = 64

    private let name: HeaderFieldName
    private var folder: FieldFolder

    init(_ name: HeaderFieldName) {
        self.name = name
        folder = FieldFolder(name: name)
    }

    /// Adds a tag; none of the values that are written needs an encoding.
    mutating func add(_ tag: String, _ value: [UInt8], onNewLine: Bool = false) {
        folder.add(Array("\(tag)=".utf8) + value + [UInt8(ascii: ";")], onNewLine: onNewLine)
    }

    mutating func add(_ tag: String, _ value: String, onNewLine: Bool = false) {
        add(tag, Array(value.utf8), onNewLine: onNewLine)
    }

    /// Adds the names of signed fields, folded between them where the line is full.
    mutating func add(names: [[UInt8]]) {
        for (index, name) in names.enumerated() {
            let isLast = index == names.count - 1
            let word = name + [UInt8(ascii: isLast ? ";" : ":")]
            folder.add(index == 0 ? Array("h=".utf8) + word : word)
        }
        if names.isEmpty { add("h", "") }
    }

    /// The field without a value in `b=`: what is signed of it.
    var unsigned: HeaderField? { field(signature: []) }

    /// The field with its signature. Nil: a tag held what no field can.
    func field(signature: [UInt8]) -> HeaderField? {
        var folder = folder
        var rest = Base64.encode(signature)[...]
        folder.add(Array("b=".utf8) + rest.prefix(Self.signatureWidth), onNewLine: true)
        while !rest.isEmpty {
            rest = rest.dropFirst(Self.signatureWidth)
            if !rest.isEmpty { folder.add(Array(rest.prefix(Self.signatureWidth)), onNewLine: true) }
        }
        // The space after the colon is written again.
        let body = folder.bytes.dropFirst(name.bytes.count + 2)
        return HeaderField(name: name, body: Array(body))
    }
}
