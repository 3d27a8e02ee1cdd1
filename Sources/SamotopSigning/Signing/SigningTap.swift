import InternetMessage
import SamotopCore
import SenderAuthentication
import Synchronization

/// Reads a message's header and hashes its body while it streams in.
final class SigningTap: ContentTap {
    private let reader: Mutex<SignedMessageReader>

    init(_ limits: HeaderLimits, _ hashes: [BodyHash]) {
        reader = Mutex(SignedMessageReader(headerLimits: limits, bodyHashes: hashes))
    }

    func append(_ slice: Span<UInt8>) { reader.withLock { $0.push(slice) } }

    func finish() -> SignedMessage { reader.withLock { $0.finish() } }
}
