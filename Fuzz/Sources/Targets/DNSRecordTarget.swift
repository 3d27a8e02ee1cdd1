@testable import NameResolution

/// What a name server sends as a record's data is read or refused; what is read is written as zone files write it, and read back as the
/// same.
@Sendable func fuzzDNSRecord(_ input: [UInt8]) {
    let types: [RecordType] = [.a, .aaaa, .mx, .txt, .ptr, .cname, .ns, .tlsa]
    guard let first = input.first else { return }
    let type = types[Int(first) % types.count]
    guard let data = RecordData(type, wire: Array(input.dropFirst())) else { return }
    let text = "name.test. 60 IN \(type) \(data)\n"
    do throws(ZoneFileError) {
        let zone = try ZoneFile(Array(text.utf8))
        require(zone.records.map(\.data) == [data], "\(text) is read as something else")
    } catch {
        require(false, "\(text) can't be read: \(error)")
    }
}
