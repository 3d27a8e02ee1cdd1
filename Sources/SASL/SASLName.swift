/// `saslname` (RFC 5802 §7, RFC 5801 §4): comma and equals sign are written `=2C` and `=3D`.
enum SASLName {
    /// Nil: another escape, or no name.
    static func decode(_ written: ArraySlice<UInt8>) -> String? {
        var octets: [UInt8] = []
        var rest = written
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "=") else {
                octets.append(octet)
                continue
            }
            switch String(decoding: rest.prefix(2), as: UTF8.self) {
            case "2C": octets.append(UInt8(ascii: ","))
            case "3D": octets.append(UInt8(ascii: "="))
            default: return nil
            }
            rest = rest.dropFirst(2)
        }
        guard let name = String(validating: octets, as: UTF8.self), PlainMessage.isName(name) else { return nil }
        return name
    }
}
