/// Which characters a U-label may hold, and where (RFC 5891 §5.4, RFC 5892, RFC 5893).
enum LabelRules {
    static func allow(_ label: [Unicode.Scalar]) -> Bool {
        guard let first = label.first, !isMark(first), first != "-", label.last != "-" else { return false }
        // RFC 5891 §4.2.3.1
        if label.count >= 4, label[2] == "-", label[3] == "-" { return false }
        return label.indices.allSatisfy { allow(label, at: $0) } && !mixesDigits(label) && isDirected(label)
    }

    // RFC 5892 §2, §3
    private static func allow(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = label[index]
        switch scalar.value {
        // §2.6: exceptions
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        // appendix A
        case 0x200C, 0x200D: return index > 0 && label[index - 1].properties.canonicalCombiningClass.rawValue == 9
        case 0xB7:
            return index > 0 && index + 1 < label.count && label[index - 1] == "l" && label[index + 1] == "l"
        case 0x375: return index + 1 < label.count && isGreek(label[index + 1])
        case 0x5F3, 0x5F4: return index > 0 && (0x5D0...0x5EA).contains(label[index - 1].value)
        case 0x30FB: return label.contains(where: isJapanese)
        // §2.8: combining marks for symbols, music; §2.9: conjoining letters of Hangul
        case 0x20D0...0x20FF, 0x1D100...0x1D24F, 0x1100...0x11FF, 0xA960...0xA97C, 0xD7B0...0xD7FB: return false
        case 0..<0x80: return scalar == "-" || UInt8(truncatingIfNeeded: scalar.value).isAlphanumeric
        default: break
        }
        let properties = scalar.properties
        if properties.changesWhenNFKCCaseFolded || properties.isDefaultIgnorableCodePoint || properties.isWhitespace {
            return false
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .decimalNumber, .nonspacingMark,
            .spacingMark:
            return true
        default: return false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isGreek(_ scalar: Unicode.Scalar) -> Bool {
        (0x370...0x3FF).contains(scalar.value) || (0x1F00...0x1FFF).contains(scalar.value)
    }

    private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3041...0x30FA, 0x30FC...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x323AF:
            true
        case 0x3005, 0x3007: true
        default: false
        }
    }

    // RFC 5892 appendices A.8 and A.9
    private static func mixesDigits(_ label: [Unicode.Scalar]) -> Bool {
        label.contains(where: isArabicIndic) && label.contains { (0x6F0...0x6F9).contains($0.value) }
    }

    private static func isArabicIndic(_ scalar: Unicode.Scalar) -> Bool { (0x660...0x669).contains(scalar.value) }

    /// RFC 5893 §2 for a label with letters written from right to left; the others need nothing.
    private static func isDirected(_ label: [Unicode.Scalar]) -> Bool {
        guard label.contains(where: isRightToLeft) else { return true }
        guard let first = label.first, isRightToLeft(first), !isDigit(first) else { return false }
        for scalar in label where !isRightToLeft(scalar) && !isDigit(scalar) && scalar != "-" {
            // marks have no direction, letters of the other one have no place
            if scalar.properties.generalCategory != .nonspacingMark { return false }
        }
        let hasEuropean = label.contains { isDigit($0) && !isArabicIndic($0) }
        if hasEuropean, label.contains(where: isArabicIndic) { return false }
        return label.last { $0.properties.generalCategory != .nonspacingMark } != "-"
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool {
        (0x30...0x39).contains(scalar.value) || isArabicIndic(scalar) || (0x6F0...0x6F9).contains(scalar.value)
    }

    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.generalCategory == .nonspacingMark { return false }
        return switch scalar.value {
        // digits of Persian have no direction of their own
        case 0x6F0...0x6F9: false
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFE, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
