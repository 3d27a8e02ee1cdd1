import Crypto

/// How a receiver knows that a post is ours and new: HMAC-SHA256 (RFC 2104) of the timestamp as it is written, a dot, and the body as
/// it is, in lower-case hexadecimal.
///
///     Samotop-Timestamp: 1700000000
///     Samotop-Signature: v1=5257a8…
///
/// A receiver compares in constant time, and refuses timestamps that are more than some minutes off.
public enum WebhookSignature {
    /// What is written in `Samotop-Signature`.
    public static func value(of body: [UInt8], timestamp: Int64, secret: [UInt8]) -> String {
        var code = HMAC<SHA256>(key: SymmetricKey(data: secret))
        code.update(data: Array("\(timestamp).".utf8))
        code.update(data: body)
        let digits = Array("0123456789abcdef".utf8)
        let hex = code.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "v1=" + String(decoding: hex, as: UTF8.self)
    }
}
