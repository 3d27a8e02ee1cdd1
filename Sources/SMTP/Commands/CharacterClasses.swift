/// The character classes of the ABNF: RFC 5234 appendix B.1 and the RFCs named below.
extension UInt8 {
    /// `ALPHA = %x41-5A / %x61-7A`
    var isALPHA: Bool {
        switch self {
        case 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    /// `DIGIT = %x30-39`
    var isDIGIT: Bool { self >= 0x30 && self <= 0x39 }

    /// `CTL = %x00-1F / %x7F`
    var isCTL: Bool { self < 0x20 || self == 0x7F }

    /// `Let-dig = ALPHA / DIGIT`, RFC 5321 §4.1.2
    var isLetDig: Bool { isALPHA || isDIGIT }

    /// `atext`, RFC 5322 §3.2.3
    var isAtext: Bool {
        switch self {
        // ALPHA, DIGIT
        case 0x41...0x5A, 0x61...0x7A, 0x30...0x39: true
        // ! # $ % & '
        case 0x21, 0x23...0x27: true
        // * + - / = ?
        case 0x2A, 0x2B, 0x2D, 0x2F, 0x3D, 0x3F: true
        // ^ _ ` { | } ~
        case 0x5E...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// `qtextSMTP = %d32-33 / %d35-91 / %d93-126`, RFC 5321 §4.1.2
    var isQtextSMTP: Bool {
        switch self {
        case 32...33, 35...91, 93...126: true
        default: false
        }
    }

    /// `dcontent = %d33-90 / %d94-126`, RFC 5321 §4.1.3
    var isDcontent: Bool {
        switch self {
        case 33...90, 94...126: true
        default: false
        }
    }

    /// One octet of `esmtp-value = 1*(%d33-60 / %d62-126)`, RFC 5321 §4.1.2
    var isEsmtpValue: Bool {
        switch self {
        case 33...60, 62...126: true
        default: false
        }
    }

    /// `xchar`: `!` to `~` but for `+` and `=`, RFC 3461 §4
    var isXchar: Bool { isEsmtpValue && self != 0x2B }

    /// `QCHAR = %x21-2a / %x2c-3c / %x3e-5b / %x5d-7e`, RFC 6533 §3
    var isQCHAR: Bool { isXchar && self != 0x5C }

    /// `base64-char = ALPHA / DIGIT / "+" / "/"`, RFC 4954 §8
    var isBase64Char: Bool { isLetDig || self == 0x2B || self == 0x2F }

    /// An upper case hexadecimal digit, RFC 3461 §4
    var isUpperHEXDIG: Bool { isDIGIT || (self >= 0x41 && self <= 0x46) }

    /// The value of `HEXDIG`, in either case of letters; nil for another octet.
    var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }

    /// The octet, a capital ASCII letter made small.
    var lowercasedASCII: UInt8 { self >= 0x41 && self <= 0x5A ? self | 0x20 : self }

    /// The octet, a small ASCII letter made capital.
    var uppercasedASCII: UInt8 { self >= 0x61 && self <= 0x7A ? self & 0xDF : self }
}
