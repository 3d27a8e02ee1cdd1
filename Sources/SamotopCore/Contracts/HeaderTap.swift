public import InternetMessage
import Synchronization

/// Collects a message's header section while it streams in, up to a bound.
public final class HeaderTap: ContentTap {
    private struct State {
        var gathered: [UInt8] = []
        var isComplete = false
        var lineIsEmpty = true
    }

    /// Octets; a longer section says nothing. The service refuses longer ones by its own limit.
    public static let maximum = 256 << 10
    private let state = Mutex(State())

    /// Makes an empty one.
    public init() {}

    public func append(_ slice: Span<UInt8>) {
        state.withLock { state in
            guard !state.isComplete else { return }
            for index in slice.indices {
                let octet = slice[index]
                state.gathered.append(octet)
                if octet == 0x0A {
                    if state.lineIsEmpty || state.gathered.count > Self.maximum {
                        state.isComplete = true
                        return
                    }
                    state.lineIsEmpty = true
                } else if octet != 0x0D {
                    state.lineIsEmpty = false
                }
            }
            if state.gathered.count > Self.maximum { state.isComplete = true }
        }
    }

    /// The section; nil when it is too long.
    public func finish() -> HeaderSection? {
        let gathered = state.withLock { $0.gathered }
        return gathered.count > Self.maximum ? nil : HeaderSection(gathered)
    }
}
