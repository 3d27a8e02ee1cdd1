import Foundation

/// base64url without padding (RFC 4648 §5, RFC 7515 §2).
enum Base64URL {
    static func encoded(_ octets: some Sequence<UInt8>) -> String {
        Data(octets).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Whether a text has only characters of base64url, and at least one: what goes into a path must (RFC 8555 §8.1).
    static func isEncoded(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
