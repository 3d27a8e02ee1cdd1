// RFC 3461 §4 and RFC 6533 §3.
extension Grammar {
    /// `xtext = *( xchar / hexchar )`, decoded; nil when a `+` begins no hexchar.
    mutating func xtext() -> [UInt8]? {
        let start = index
        var decoded: [UInt8] = []
        while let octet = peek() {
            if octet.isXchar {
                index += 1
                decoded.append(octet)
            } else if octet == 0x2B {
                guard let encoded = hexchar() else {
                    index = start
                    return nil
                }
                decoded.append(encoded)
            } else {
                break
            }
        }
        return decoded
    }

    /// `hexchar = ASCII "+" immediately followed by two upper case hexadecimal digits`
    ///
    /// that stand for no control character: what is decoded ends in queues, reports and logs, where it must not begin a
    /// new line.
    mutating func hexchar() -> UInt8? {
        let start = index
        guard character("+"), let high = octet(where: \.isUpperHEXDIG)?.hexadecimalValue,
            let low = octet(where: \.isUpperHEXDIG)?.hexadecimalValue
        else {
            index = start
            return nil
        }
        let octet = high << 4 | low
        guard !octet.isCTL else {
            index = start
            return nil
        }
        return octet
    }

    /// `utf-8-enc-addr = utf-8-addr-xtext / utf-8-addr-unitext`, which is `1*(QUCHAR / EmbeddedUnicodeChar)`, decoded.
    ///
    /// The third choice of RFC 6533, a plain Mailbox, is for reports and not for ORCPT.
    mutating func utf8EncodedAddress() -> [UInt8]? {
        let start = index
        var decoded: [UInt8] = []
        while let octet = peek() {
            if octet.isQCHAR {
                index += 1
                decoded.append(octet)
            } else if octet == 0x5C {
                guard let scalar = embeddedUnicodeChar() else {
                    index = start
                    return nil
                }
                decoded.append(contentsOf: scalar.utf8)
            } else {
                let character = index
                guard utf8NonASCII() != nil else { break }
                decoded.append(contentsOf: copy(character..<index))
            }
        }
        return decoded
    }

    /// `EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"`, 2 to 6 digits
    ///
    /// that stand for SP, `+`, `=`, `\` or a character outside ASCII, and for no control character.
    mutating func embeddedUnicodeChar() -> Unicode.Scalar? {
        let start = index
        guard character("\\"), character("x"), character("{") else {
            index = start
            return nil
        }
        let digits = index
        var value: UInt32 = 0
        while index - digits < 6, let digit = peek()?.hexadecimalValue {
            index += 1
            value = value << 4 | UInt32(digit)
        }
        let count = index - digits
        guard count == 2 || (count > 2 && input[digits] != 0x30), character("}"),
            value >= 0xA0 || value == 0x20 || value == 0x2B || value == 0x3D || value == 0x5C,
            let scalar = Unicode.Scalar(value)
        else {
            index = start
            return nil
        }
        return scalar
    }
}
