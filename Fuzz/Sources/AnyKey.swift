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

    /// What the key that is found signs with (RFC 8032 §7.1).
    static let seed: [UInt8] = [
        0x9D, 0x61, 0xB1, 0x9D, 0xEF, 0xFD, 0x5A, 0x60, 0xBA, 0x84, 0x4A, 0xF4, 0x92, 0xEC, 0x2C, 0xC4,
        0x44, 0x49, 0xC5, 0x69, 0x7B, 0x32, 0x69, 0x19, 0x70, 0x3B, 0xAC, 0x03, 0x1C, 0xAE, 0x7F, 0x60,
    ]
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
