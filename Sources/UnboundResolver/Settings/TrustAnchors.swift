#if Unbound
    import NameResolution
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #endif

    /// What validation starts from, found out from the settings.
    struct TrustAnchors: Sendable {
        /// The file with the root's keys.
        let rootFile: String?
        /// Records of other zones.
        let records: [String]
        /// The zones that those are of.
        let zones: [DNSName]

        /// None.
        static let none = TrustAnchors(rootFile: nil, records: [], zones: [])

        var isEmpty: Bool { rootFile == nil && records.isEmpty }

        init(_ settings: UnboundSettings) throws(UnboundError) {
            switch settings.rootAnchor {
            case .none: rootFile = nil
            case .installed: rootFile = UnboundSettings.rootAnchorFiles.first { access($0, R_OK) == 0 }
            case .file(let path):
                guard access(path, R_OK) == 0 else { throw .unreadable(setting: "rootAnchor", path: path) }
                rootFile = path
            }
            var zones: [DNSName] = []
            for record in settings.trustAnchors {
                guard let zone = Self.owner(of: record) else { throw .trustAnchor(record) }
                zones.append(zone)
            }
            records = settings.trustAnchors
            self.zones = zones
        }

        private init(rootFile: String?, records: [String], zones: [DNSName]) {
            self.rootFile = rootFile
            self.records = records
            self.zones = zones
        }

        private static func owner(of record: String) -> DNSName? {
            let words = record.split { $0 == " " || $0 == "\t" }
            guard let name = words.first, !record.utf8.contains(where: { $0 == 0x0A || $0 == 0 }),
                words.contains(where: { ["DS", "DNSKEY"].contains($0.uppercased()) })
            else { return nil }
            return DNSName(String(name))
        }

        /// What is said of an answer that isn't proven: nobody looked, where no key covers all of its names; else it is
        /// proven that it needs no signature (RFC 4035 §4.3).
        func unprovenStatus(of names: [DNSName]) -> SecurityStatus {
            if rootFile != nil { return .insecure }
            let isCovered = names.allSatisfy { name in zones.contains { name.isEqualOrBelow($0) } }
            return isCovered ? .insecure : .indeterminate
        }
    }
#endif
