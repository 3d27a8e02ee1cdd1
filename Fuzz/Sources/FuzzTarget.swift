#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A property that has to hold for every input. What breaks it traps, which is what libFuzzer takes for a find.
typealias FuzzTarget = @Sendable ([UInt8]) -> Void

/// The targets by name. `Fuzz/run` reads the names from these lines.
let fuzzTargets: [String: FuzzTarget] = [
    "address-list": fuzzAddressList,
    "arc-set": fuzzARCSet,
    "authentication-results": fuzzAuthenticationResults,
    "autocrypt": fuzzAutocrypt,
    "client-session": fuzzClientSession,
    "command": fuzzCommand,
    "date": fuzzDate,
    "display-text": fuzzDisplayText,
    "dkim-key": fuzzDKIMKey,
    "dkim-signature": fuzzDKIMSignature,
    "dmarc-record": fuzzDMARCRecord,
    "dns-record": fuzzDNSRecord,
    "from-field": fuzzFromField,
    "header": fuzzHeader,
    "journal": fuzzJournal,
    "mail-data": fuzzMailData,
    "mime": fuzzMIME,
    "path": fuzzPath,
    "policy": fuzzPolicy,
    "received": fuzzReceived,
    "report": fuzzReport,
    "session": fuzzSession,
    "sign-in": fuzzSignIn,
    "spf-record": fuzzSPFRecord,
    "token": fuzzToken,
]

/// One program for all targets, so that it is linked once: the environment says which.
private let target: FuzzTarget = {
    let name = getenv("SAMOTOP_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = fuzzTargets[name] else {
        fatalError("SAMOTOP_FUZZ_TARGET is one of \(fuzzTargets.keys.sorted().joined(separator: ", "))")
    }
    return target
}()

/// What libFuzzer calls with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target([UInt8](UnsafeBufferPointer(start: start, count: count)))
    return 0
}

/// Traps, and says why, when a property does not hold.
func require(_ holds: Bool, _ what: @autoclosure () -> String, line: UInt = #line, file: StaticString = #file) {
    if !holds { fatalError("\(what())", file: file, line: line) }
}

/// Octets as a person can read them in a report.
func shown(_ octets: some Sequence<UInt8>) -> String {
    var text = "“"
    for octet in octets {
        switch octet {
        case 0x0A: text += "\\n"
        case 0x0D: text += "\\r"
        case 0x5C: text += "\\\\"
        case 0x20...0x7E: text.unicodeScalars.append(Unicode.Scalar(octet))
        default: text += "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }
    }
    return text + "”"
}
