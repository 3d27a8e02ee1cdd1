import NameResolution
import SenderAuthentication

/// A key record is read, or not: its size is one that a key of its type can have, and what a domain publishes is read
/// as it was written.
@Sendable func fuzzDKIMKey(_ record: [UInt8]) {
    guard let key = try? DKIMKey(record) else { return }
    require(key.isRevoked == (key.bits == 0), "a revoked key has bits")
    switch key.type {
    case .ed25519: require(key.bits == 0 || key.bits == 256, "an Ed25519 key of \(key.bits) bits")
    case .rsa: require((0...record.count * 8).contains(key.bits), "an RSA key larger than its record")
    }
    // One tag more changes nothing, twice the same makes it invalid.
    let more = record + Array("; x-new=1".utf8)
    if let again = try? DKIMKey(more) {
        require(again.type == key.type && again.bits == key.bits, "an unknown tag changed the key")
        require(again.isTesting == key.isTesting && again.isStrict == key.isStrict, "an unknown tag changed the flags")
    }
    require((try? DKIMKey(record + Array("; p=".utf8))) == nil, "two p= in \(shown(record))")
}
