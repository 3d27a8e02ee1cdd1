import Foundation

func roundTrip<Value: Codable>(_ value: Value) throws -> Value {
    try JSONDecoder().decode(Value.self, from: try JSONEncoder().encode(value))
}

/// RFC 4648 in lines of 64.
func base64(_ octets: [UInt8]) -> String {
    Data(octets).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
}
