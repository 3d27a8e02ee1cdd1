/// The one message of EXTERNAL (RFC 4422 appendix A.1): whom the client wants to act as.
public struct ExternalMessage: Sendable {
    /// Empty: whom the connection proves.
    public let authorizing: String

    /// Reads a message.
    public init(_ message: [UInt8]) throws(SASLFailure) {
        guard let name = String(validating: message, as: UTF8.self), name.isEmpty || PlainMessage.isName(name) else {
            throw .malformed
        }
        authorizing = name
    }
}
