import NameResolution

/// What the DNS says, beside what it should.
struct ZoneChecks: Sendable {
    let zone: MailZone
    let resolver: any Resolver

    func findings() async -> [HealthFinding] {
        var findings: [HealthFinding] = []
        for group in Self.groups(zone.records) { findings.append(await finding(group)) }
        return findings
    }

    /// Records of one name and type, TXT by what they are.
    private static func groups(_ records: [ZoneRecord]) -> [[ZoneRecord]] {
        var groups: [[ZoneRecord]] = []
        for record in records {
            if let index = groups.firstIndex(where: { $0[0].owner == record.owner && $0[0].type == record.type }) {
                groups[index].append(record)
            } else {
                groups.append([record])
            }
        }
        return groups
    }

    private func finding(_ wanted: [ZoneRecord]) async -> HealthFinding {
        let first = wanted[0]
        let subject = "\(first.owner.text) \(first.type == .caa ? "CAA" : "\(first.type)")"
        let answer = await resolver.resolve(first.owner, first.type)
        let records: [RecordData]
        do { records = try answer.records } catch {
            return .unknown(subject, "the DNS doesn't answer: \(error.rawValue)")
        }
        let found = first.type == .txt ? records.filter { Self.isOfKind($0, first) } : records
        let missing = wanted.filter { record in !found.contains { $0.says(record.data) } }
        if missing.isEmpty {
            if first.type == .tlsa, answer.security != .secure {
                return .warning(
                    subject, "right, but the zone isn't signed by DNSSEC, so that nobody goes by it",
                    "have the zone signed where it is kept")
            }
            if first.type == .mx, found.count > wanted.count {
                return .warning(subject, "this host, and others beside it: \(Self.text(found))")
            }
            return .ok(subject, first.type == .txt ? Self.shown(found) : Self.text(found))
        }
        let remedy = missing.map(\.line).joined(separator: "; ")
        guard !found.isEmpty else { return Self.absent(subject, first, "publish: \(remedy)") }
        return Self.different(subject, first, Self.text(found), "as this server makes it: \(remedy)")
    }

    /// Without these no mail comes, or what leaves is taken for forged.
    private static func absent(_ subject: String, _ record: ZoneRecord, _ remedy: String) -> HealthFinding {
        switch record.type {
        case .mx, .a, .aaaa, .cname: .problem(subject, "there is none", remedy)
        case .txt where record.isKey || record.isPolicyOfSenders: .problem(subject, "there is none", remedy)
        default: .warning(subject, "there is none", remedy)
        }
    }

    /// What an operator may have made different on purpose is no problem.
    private static func different(
        _ subject: String, _ record: ZoneRecord, _ found: String, _ remedy: String
    ) -> HealthFinding {
        switch record.type {
        case .mx, .tlsa, .caa: .problem(subject, "another: \(found)", remedy)
        case .txt where record.isKey: .problem(subject, "another key: signatures don't hold", remedy)
        default: .warning(subject, "another: \(found)", remedy)
        }
    }

    /// TXT records of a name are of many kinds, by how they begin.
    private static func isOfKind(_ data: RecordData, _ wanted: ZoneRecord) -> Bool {
        if wanted.isKey { return true }
        let kind = Array(wanted.value.split(separator: UInt8(ascii: ";"))[0].split(separator: UInt8(ascii: " "))[0])
        return data.joined.starts(with: kind)
    }

    private static func text(_ records: [RecordData]) -> String {
        records.map { $0.service ?? "\($0)" }.joined(separator: ", ")
    }

    private static func shown(_ records: [RecordData]) -> String {
        let text = records.map { String(decoding: $0.joined, as: UTF8.self) }.joined(separator: ", ")
        return text.count > 100 ? "\(text.prefix(100))…" : text
    }
}

extension ZoneRecord {
    /// Of a TXT record.
    fileprivate var value: [UInt8] { data.joined }
    /// A key that signatures are verified with.
    fileprivate var isKey: Bool { type == .txt && owner.text.contains("._domainkey.") }
    /// SPF and DMARC.
    fileprivate var isPolicyOfSenders: Bool {
        value.starts(with: Array("v=spf1".utf8)) || value.starts(with: Array("v=DMARC1".utf8))
    }
}

extension RecordData {
    /// The octets of a text, however it is cut; none for other data.
    fileprivate var joined: [UInt8] {
        if case .text(let strings) = self { strings.flatMap { $0 } } else { [] }
    }

    /// Whether it means the same: texts may be cut elsewhere, names written in other letters.
    fileprivate func says(_ other: RecordData) -> Bool {
        switch (self, other) {
        case (.text, .text): joined == other.joined
        case (.other, .other): self == other || (service != nil && service?.lowercased() == other.service?.lowercased())
        default: self == other
        }
    }

    /// A service as a zone file writes it; nil: it is something else.
    fileprivate var service: String? {
        guard case .other(let wire) = self, wire.count > 6, let host = DNSName(wire: wire[6...]) else { return nil }
        let numbers = stride(from: 0, to: 6, by: 2).map { UInt16(wire[$0]) << 8 | UInt16(wire[$0 + 1]) }
        return "\(numbers[0]) \(numbers[1]) \(numbers[2]) \(host == .root ? "." : "\(host.text).")"
    }
}
