import NameResolution
import SamotopRelay

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The addresses that others reach this host by.
enum HostAddresses {
    /// Those that were given; else the machine's own public ones; else, behind a translation, those that the DNS has for its name.
    static func find(_ given: [IPAddress], of name: String, _ resolver: any Resolver) async -> [IPAddress] {
        if !given.isEmpty { return given }
        let own = ofThisMachine()
        guard own.isEmpty, let host = DNSName(name) else { return own }
        let four = (try? await resolver.addresses(host, isIPv6: false)) ?? []
        let six = (try? await resolver.addresses(host, isIPv6: true)) ?? []
        return four + six
    }

    /// Public ones of the machine's interfaces, each once, IPv4 first.
    static func ofThisMachine() -> [IPAddress] {
        let rule = AddressRule()
        let found = ofInterfaces().filter { rule.refusal(of: $0) == nil }
        return found.filter { !$0.isIPv6 } + found.filter(\.isIPv6)
    }

    /// All of the machine's interfaces, each once.
    static func ofInterfaces() -> [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr.flatMap(octets).flatMap({ IPAddress(octets: $0) }) else { continue }
            if !found.contains(address) { found.append(address) }
        }
        return found
    }

    private static func octets(_ address: UnsafeMutablePointer<sockaddr>) -> [UInt8]? {
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { Array($0) }
            }
        default: nil
        }
    }
}
