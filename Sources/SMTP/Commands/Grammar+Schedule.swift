// The parameters of MAIL that say when: RFC 4865, RFC 2852 and RFC 6710.
extension Grammar {
    /// `"HOLDFOR=" future-release-integer`, `future-release-integer = %x31-39 *8DIGIT` (RFC 4865 §3)
    mutating func holdForParameter(into parameters: inout MailParameters) -> Bool {
        guard character("="), let seconds = number(atMost: 9), seconds > 0 else { return false }
        parameters.release = .after(seconds: seconds)
        return true
    }

    /// `"HOLDUNTIL=" date-time` (RFC 4865 §3, RFC 3339 §5.6)
    mutating func holdUntilParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        let start = index
        guard digits(4), character("-"), digits(2), character("-"), digits(2), literal("T"), digits(2), character(":"),
            digits(2), character(":"), digits(2)
        else { return false }
        if character("."), octets(atMost: 9, where: \.isDIGIT) == 0 { return false }
        if !literal("Z") {
            guard character("+") || character("-"), digits(2), character(":"), digits(2) else { return false }
        }
        parameters.release = .at(copy(start..<index))
        return true
    }

    /// `"BY=" by-time ";" by-mode [by-trace]`, `by-time = ["-" / "+"] 1*9digit`, `by-mode = "N" / "R"`, `by-trace = "T"`
    /// (RFC 2852 §4). Mode R wants a time that isn't over.
    mutating func byParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        let isNegative = character("-")
        if !isNegative { _ = character("+") }
        guard let size = number(atMost: 9), let seconds = Int32(exactly: size), character(";") else { return false }
        let mode: DeliverBy.Mode
        if literal("R") {
            guard seconds > 0, !isNegative else { return false }
            mode = .return
        } else if literal("N") {
            mode = .notify
        } else {
            return false
        }
        parameters.deliverBy = DeliverBy(seconds: isNegative ? -seconds : seconds, mode: mode, traces: literal("T"))
        return true
    }

    /// `"MT-PRIORITY=" priority-value`, `priority-value = (["-"] NZDIGIT) / "0"` (RFC 6710 §3)
    mutating func priorityParameter(into parameters: inout MailParameters) -> Bool {
        guard character("=") else { return false }
        let isNegative = character("-")
        guard let value = number(atMost: 1), value > 0 || !isNegative else { return false }
        let priority = Int8(truncatingIfNeeded: value)
        parameters.priority = isNegative ? -priority : priority
        return true
    }

    /// `1*nDIGIT`, n up to 9
    private mutating func number(atMost count: Int) -> UInt32? {
        let start = index
        var value: UInt32 = 0
        while index - start < count, let digit = octet(where: \.isDIGIT) { value = value * 10 + UInt32(digit - 0x30) }
        return index > start ? value : nil
    }

    /// `nDIGIT`
    private mutating func digits(_ count: Int) -> Bool { octets(atMost: count, where: \.isDIGIT) == count }
}
