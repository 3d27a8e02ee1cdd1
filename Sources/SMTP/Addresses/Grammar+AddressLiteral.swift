// RFC 5321 §4.1.3.
extension Grammar {
    /// `address-literal = "[" ( IPv4-address-literal / IPv6-address-literal / General-address-literal ) "]"`
    mutating func addressLiteral() -> AddressLiteral? {
        let start = index
        guard character("[") else { return nil }
        let literal: AddressLiteral
        if let address = ipv4AddressLiteral() {
            literal = .ipv4(
                UInt8(truncatingIfNeeded: address >> 24), UInt8(truncatingIfNeeded: address >> 16),
                UInt8(truncatingIfNeeded: address >> 8), UInt8(truncatingIfNeeded: address))
        } else if let address = ipv6AddressLiteral() {
            literal = .ipv6((0..<16).map { UInt8(truncatingIfNeeded: address >> (120 - 8 * $0)) })
        } else if let (tag, content) = generalAddressLiteral() {
            literal = .general(tag: tag, content: content)
        } else {
            index = start
            return nil
        }
        // RFC 5321 §4.5.3.1.2: "a domain name or number".
        guard character("]"), index - start <= Limits.domain else {
            index = start
            return nil
        }
        return literal
    }

    /// `IPv4-address-literal = Snum 3("."  Snum)`
    mutating func ipv4AddressLiteral() -> UInt32? {
        let start = index
        guard let first = snum() else { return nil }
        var address = UInt32(first)
        for _ in 0..<3 {
            guard character("."), let next = snum() else {
                index = start
                return nil
            }
            address = address << 8 | UInt32(next)
        }
        return address
    }

    /// `Snum = 1*3DIGIT`, "a decimal integer value in the range 0 through 255"
    ///
    /// without a leading zero, which others read as octal.
    mutating func snum() -> UInt8? {
        let start = index
        var value: UInt16 = 0
        while index - start < 3, let digit = octet(where: \.isDIGIT) {
            value = value * 10 + UInt16(digit - 0x30)
        }
        let count = index - start
        guard count > 0, count == 1 || input[start] != 0x30, let number = UInt8(exactly: value) else {
            index = start
            return nil
        }
        return number
    }

    /// `IPv6-address-literal = "IPv6:" IPv6-addr`
    mutating func ipv6AddressLiteral() -> UInt128? {
        let start = index
        guard literal("IPv6:"), let address = ipv6Address() else {
            index = start
            return nil
        }
        return address
    }

    /// `IPv6-addr = IPv6-full / IPv6-comp / IPv6v4-full / IPv6v4-comp`
    ///
    /// The forms that end in IPv4 come first, because `::192` of `::192.0.2.1` is an IPv6-comp.
    mutating func ipv6Address() -> UInt128? {
        if let address = ipv6v4Full() { return address }
        if let address = ipv6v4Comp() { return address }
        if let address = ipv6Full() { return address }
        return ipv6Comp()
    }

    /// `IPv6-hex = 1*4HEXDIG`
    mutating func ipv6Hex() -> UInt128? {
        let start = index
        var value: UInt128 = 0
        while index - start < 4, let digit = peek()?.hexadecimalValue {
            index += 1
            value = value << 4 | UInt128(digit)
        }
        return index > start ? value : nil
    }

    /// `IPv6-full = IPv6-hex 7(":" IPv6-hex)`
    mutating func ipv6Full() -> UInt128? {
        let start = index
        let groups = ipv6Groups(atMost: 8)
        guard groups.count == 8 else {
            index = start
            return nil
        }
        return groups.value
    }

    /// `IPv6-comp = [IPv6-hex *5(":" IPv6-hex)] "::" [IPv6-hex *5(":" IPv6-hex)]`
    ///
    /// "No more than 6 groups in addition to the "::" may be present."
    mutating func ipv6Comp() -> UInt128? {
        let start = index
        let left = ipv6Groups(atMost: 6)
        guard literal("::") else {
            index = start
            return nil
        }
        let right = ipv6Groups(atMost: 6)
        guard left.count + right.count <= 6 else {
            index = start
            return nil
        }
        return left.value << (16 * (8 - left.count)) | right.value
    }

    /// `IPv6v4-full = IPv6-hex 5(":" IPv6-hex) ":" IPv4-address-literal`
    mutating func ipv6v4Full() -> UInt128? {
        let start = index
        let left = ipv6GroupsWithColon(atMost: 6)
        guard left.count == 6, let address = ipv4AddressLiteral() else {
            index = start
            return nil
        }
        return left.value << 32 | UInt128(address)
    }

    /// `IPv6v4-comp = [IPv6-hex *3(":" IPv6-hex)] "::" [IPv6-hex *3(":" IPv6-hex) ":"] IPv4-address-literal`
    ///
    /// "No more than 4 groups in addition to the "::" and IPv4-address-literal may be present."
    mutating func ipv6v4Comp() -> UInt128? {
        let start = index
        let left = ipv6Groups(atMost: 4)
        guard literal("::") else {
            index = start
            return nil
        }
        let right = ipv6GroupsWithColon(atMost: 4)
        guard left.count + right.count <= 4, let address = ipv4AddressLiteral() else {
            index = start
            return nil
        }
        return left.value << (16 * (8 - left.count)) | right.value << 32 | UInt128(address)
    }

    /// `[IPv6-hex *(":" IPv6-hex)]`, at most `limit` groups; the value is right-aligned.
    mutating func ipv6Groups(atMost limit: Int) -> (value: UInt128, count: Int) {
        guard var value = ipv6Hex() else { return (0, 0) }
        var count = 1
        while count < limit {
            let colon = index
            guard character(":"), let group = ipv6Hex() else {
                index = colon
                break
            }
            value = value << 16 | group
            count += 1
        }
        return (value, count)
    }

    /// `*(IPv6-hex ":")`, at most `limit` groups: as `[IPv6-hex *(":" IPv6-hex) ":"]`, but what is no group with its
    /// colon is left for the IPv4 address that follows.
    mutating func ipv6GroupsWithColon(atMost limit: Int) -> (value: UInt128, count: Int) {
        var value: UInt128 = 0
        var count = 0
        while count < limit {
            let start = index
            guard let group = ipv6Hex(), character(":") else {
                index = start
                break
            }
            value = value << 16 | group
            count += 1
        }
        return (value, count)
    }

    /// `General-address-literal = Standardized-tag ":" 1*dcontent`, with `Standardized-tag = Ldh-str`
    ///
    /// but for the tag `IPv6`, whose content is an IPv6-addr or wrong.
    mutating func generalAddressLiteral() -> (tag: [UInt8], content: [UInt8])? {
        let start = index
        guard !literal("IPv6:") else {
            index = start
            return nil
        }
        // Ldh-str ends with a Let-dig.
        guard octets(where: { $0.isLetDig || $0 == 0x2D }) > 0, input[index - 1] != 0x2D else {
            index = start
            return nil
        }
        let tag = start..<index
        guard character(":") else {
            index = start
            return nil
        }
        let content = index
        guard octets(where: \.isDcontent) > 0 else {
            index = start
            return nil
        }
        return (copy(tag), copy(content..<index))
    }
}
