/// Makes each CRLF an LF, slice by slice. A CR by itself stays.
struct LineFeeds {
    private var endsWithCR = false

    /// What a slice becomes, with what the one before has left.
    mutating func converted(_ slice: Span<UInt8>) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(slice.count + 1)
        for index in slice.indices {
            let octet = slice[index]
            if endsWithCR, octet != 0x0A { octets.append(0x0D) }
            endsWithCR = octet == 0x0D
            if !endsWithCR { octets.append(octet) }
        }
        return octets
    }

    /// What is left at the end.
    var rest: [UInt8] { endsWithCR ? [0x0D] : [] }
}
