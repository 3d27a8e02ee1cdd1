extension ZoneResolver {
    /// Answers from the records of a zone file. Answers have ``timeToLive``, whatever the file says.
    public init(_ zone: ZoneFile) {
        self.init()
        add(zone)
    }

    /// Adds the records of a zone file.
    public mutating func add(_ zone: ZoneFile) {
        for record in zone.records { add(record.name, record.type, record.data) }
    }

    /// Answers from a list of entries, as tests write zones in JSON.
    ///
    /// A name needs no dot at its end. A value is what a zone file says behind the type, all names absolute; that of a
    /// TXT record is the text itself, without quotes or escapes. The values `TIMEOUT` and `SERVFAIL` let questions of
    /// that type fail, or all questions about the name where the type is `ANY`.
    ///
    /// - Throws: ``ZoneFileError``, whose line is the number of the entry.
    public init(entries: some Sequence<(name: String, type: String, value: String)>) throws(ZoneFileError) {
        self.init()
        var number = 0
        for entry in entries {
            number += 1
            do throws(ZoneFileError) {
                try add(entry.name, entry.type, entry.value)
            } catch {
                throw ZoneFileError(number, error.problem)
            }
        }
    }

    private mutating func add(_ name: String, _ type: String, _ value: String) throws(ZoneFileError) {
        guard let owner = DNSName(name) else { throw ZoneFileError(1, .name(name)) }
        let isAny = type.uppercased() == "ANY"
        guard let recordType = RecordType(type) else {
            guard isAny, let failure = Self.failure(value) else { throw ZoneFileError(1, .type(type)) }
            fail(owner, failure)
            return
        }
        if let failure = Self.failure(value) {
            fail(owner, recordType, failure)
        } else if recordType == .txt {
            add(owner, .txt, .text(Self.strings(Array(value.utf8))))
        } else {
            var reader = ZoneEntryReader(Array(value.utf8))
            var fields = ZoneFields(try reader.next()?.fields ?? [], origin: .root)
            let data = try RecordData(recordType, &fields)
            if let more = try reader.next()?.fields.first { throw ZoneFileError(1, .surplus(more.shown)) }
            add(owner, recordType, data)
        }
    }

    private static func failure(_ value: String) -> Answer.Failure? {
        switch value {
        case "TIMEOUT": .timeout
        case "SERVFAIL": .serverFailure
        default: nil
        }
    }

    /// One character-string or, for a longer text, several.
    private static func strings(_ text: [UInt8]) -> [[UInt8]] {
        guard !text.isEmpty else { return [[]] }
        return stride(from: 0, to: text.count, by: ZoneFields.maximumString).map {
            Array(text[$0..<min($0 + ZoneFields.maximumString, text.count)])
        }
    }
}
