import Dispatch
import NameResolution
import Synchronization

/// Has a key for every name of four labels or more: which, or that there is no answer, its first letter says.
struct AnyKey: Resolver {
    func resolve(_ name: DNSName, _ type: RecordType) async -> Answer {
        let labels = name.labels
        guard type == .txt, labels.count > 3 else { return Answer(.noSuchName) }
        switch labels[0].first {
        case UInt8(ascii: "t"): return Answer(.failure(.timeout))
        case UInt8(ascii: "r"): return Answer(.records([.text([Array("k=rsa; p=\(Self.rsa)".utf8)])]))
        case UInt8(ascii: "y"): return Answer(.records([.text([Array("k=ed25519; t=y; p=\(Self.ed25519)".utf8)])]))
        default: return Answer(.records([.text([Array("k=ed25519; p=\(Self.ed25519)".utf8)])]))
        }
    }

    private static let ed25519 = "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    private static let rsa =
        "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYtIxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631u"
        + "BItLa7od+v/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhitdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB"
}

/// What an answer that is waited for turns out to be.
func waited<Value: Sendable>(_ answer: @escaping @Sendable () async -> Value) -> Value {
    let found = Mutex<Value?>(nil)
    let done = DispatchSemaphore(value: 0)
    Task {
        let value = await answer()
        found.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    guard let value = found.withLock({ $0 }) else { fatalError("no answer") }
    return value
}
