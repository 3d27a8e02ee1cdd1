#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An IPv4 or IPv6 address: 4 or 16 octets in network order.
struct IPAddress: Sendable, Hashable {
    let octets: [UInt8]

    /// The address that `text` writes, without brackets or zone.
    init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            octets = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            octets = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    /// The address with these octets; nil unless there are 4 or 16.
    init?(octets: [UInt8]) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        self.octets = octets
    }

    var isIPv6: Bool { octets.count == 16 }

    var isLoopback: Bool { isIPv6 ? octets == [UInt8](repeating: 0, count: 15) + [1] : octets.first == 127 }

    /// Every address of this family: `0.0.0.0` or `::`.
    var isAny: Bool { octets.allSatisfy { $0 == 0 } }
}

extension IPAddress: CustomStringConvertible {
    /// For example `192.0.2.1` or `2001:db8::1`.
    var description: String {
        var text = [CChar](repeating: 0, count: 64)
        _ = octets.withUnsafeBytes { raw in
            inet_ntop(isIPv6 ? AF_INET6 : AF_INET, raw.baseAddress, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
