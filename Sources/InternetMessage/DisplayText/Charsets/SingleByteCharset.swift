/// Character sets of one octet a character, US-ASCII below 80.
enum SingleByteCharset: Hashable {
    case iso8859_2, iso8859_3, iso8859_4, iso8859_5, iso8859_6, iso8859_7, iso8859_8, iso8859_9, iso8859_10, iso8859_11
    case iso8859_13, iso8859_14, iso8859_15, iso8859_16
    case windows1250, windows1251, windows1252, windows1253, windows1254, windows1255, windows1256, windows1257
    case windows1258, windows874
    case koi8R, koi8U, ibm866, macintosh

    static let partsOfISO8859: [(String, SingleByteCharset)] = [
        ("2", .iso8859_2), ("3", .iso8859_3), ("4", .iso8859_4), ("5", .iso8859_5), ("6", .iso8859_6),
        ("7", .iso8859_7), ("8", .iso8859_8), ("9", .iso8859_9), ("10", .iso8859_10), ("11", .iso8859_11),
        ("13", .iso8859_13), ("14", .iso8859_14), ("15", .iso8859_15), ("16", .iso8859_16),
    ]

    static let windowsPages: [(String, SingleByteCharset)] = [
        ("1250", .windows1250), ("1251", .windows1251), ("1252", .windows1252), ("1253", .windows1253),
        ("1254", .windows1254), ("1255", .windows1255), ("1256", .windows1256), ("1257", .windows1257),
        ("1258", .windows1258),
    ]

    /// The characters of 80 to FF; U+FFFD where there is none.
    var high: [Unicode.Scalar] { Self.highHalves[self] ?? Self.noCharacters }

    private static let noCharacters = [Unicode.Scalar](repeating: "\u{FFFD}", count: 128)

    private static let highHalves: [SingleByteCharset: [Unicode.Scalar]] = {
        let controls = (UInt8(0x80)...0x9F).map { Unicode.Scalar($0) }
        var halves = iso8859.mapValues { controls + Array($0.unicodeScalars) }
        for (charset, text) in codePages { halves[charset] = Array(text.unicodeScalars) }
        // each has 128, whatever the tables say
        return halves.mapValues { Array(($0 + noCharacters).prefix(128)) }
    }()
}
