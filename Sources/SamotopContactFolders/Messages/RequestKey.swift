import Crypto
import InternetMessage
import SamotopContacts

/// The secret behind the mark of request messages: without it nobody can write one, by mail or otherwise.
///
/// The mark is HMAC-SHA-256 over the owner's and the contact's name.
public struct RequestKey: Sendable {
    private let key: SymmetricKey

    /// - Parameter octets: random ones that stay the same over restarts; at least 16, or nil.
    public init?(_ octets: [UInt8]) {
        guard octets.count >= 16 else { return nil }
        key = SymmetricKey(data: octets)
    }

    static let fieldName = "Samotop-Contact"

    /// The field on top of a request message.
    func field(_ contact: ContactID, of owner: Owner) -> HeaderField? {
        let mark = HMAC<SHA256>.authenticationCode(for: Self.octets(contact, owner), using: key)
        let body = Array(contact.text.utf8) + [0x0D, 0x0A, 0x20] + mark.flatMap(Self.hexadecimal)
        return HeaderFieldName(Array(Self.fieldName.utf8)).flatMap { HeaderField(name: $0, body: body) }
    }

    /// The contact that a message asks about. Nil unless its first field is one that this key made for this owner: what comes
    /// by mail has a trace field there.
    func contact(in message: [UInt8], of owner: Owner) -> ContactID? {
        guard let field = HeaderSection(message).fields.first, message.starts(with: field.raw),
            field.name.elementsEqual(Self.fieldName.utf8)
        else { return nil }
        let body = field.unfoldedBody
        guard body.count == 26 + 1 + 64, let contact = ContactID(String(decoding: body.prefix(26), as: UTF8.self)),
            let mark = Self.octets(hexadecimal: body.suffix(64)),
            HMAC<SHA256>.isValidAuthenticationCode(mark, authenticating: Self.octets(contact, owner), using: key)
        else { return nil }
        return contact
    }

    private static func octets(_ contact: ContactID, _ owner: Owner) -> [UInt8] {
        Array("request".utf8) + [0] + Array(owner.name.utf8) + [0] + Array(contact.text.utf8)
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ octet: UInt8) -> [UInt8] { [digits[Int(octet >> 4)], digits[Int(octet & 15)]] }

    private static func octets(hexadecimal text: ArraySlice<UInt8>) -> [UInt8]? {
        let values = text.compactMap { digits.firstIndex(of: $0) }
        guard values.count == text.count else { return nil }
        return stride(from: 0, to: values.count - 1, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
    }
}
