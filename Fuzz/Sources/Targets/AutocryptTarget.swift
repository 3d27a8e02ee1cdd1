import InternetMessage
import SMTP

/// An Autocrypt field (Level 1 §2.1) that is read is short, has a key, and says the same when it is written anew; what isn't read is no
/// author's, whatever stands around it.
@Sendable func fuzzAutocrypt(_ body: [UInt8]) {
    guard let field = AutocryptField(body) else { return }
    require(
        body.count <= AutocryptField.maximumLength && !field.key.isEmpty, "\(shown(body)) is too long, or has no key")
    let preference = field.prefersEncryption ? "; prefer-encrypt=mutual" : ""
    let written =
        Array("addr=".utf8) + field.address.bytes + Array("\(preference); keydata=".utf8) + Base64Text.encode(field.key)
    guard written.count <= AutocryptField.maximumLength, !field.address.bytes.contains(UInt8(ascii: ";")) else {
        return
    }
    require(AutocryptField(written) == field, "\(shown(written)) is read as another field")
    let line = Array("Autocrypt: ".utf8) + written + Array("\r\n".utf8)
    let once = HeaderSection(line + Array("\r\n".utf8))
    require(AutocryptField.find(in: once, from: field.address) == field, "\(shown(line)) isn't found")
    let twice = HeaderSection(line + line + Array("\r\n".utf8))
    require(AutocryptField.find(in: twice, from: field.address) == nil, "one of two \(shown(line)) is believed")
}
