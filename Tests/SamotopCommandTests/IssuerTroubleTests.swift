import TransportSecurity
import Testing

@testable import SamotopCommand

@Suite("An issuer that can't be asked")
struct IssuerTroubleTests {
    @Test(
        "The log says what is wrong and what to look at, once for each try; the failure goes on",
        arguments: [
            (HTTPSFetchError.unreachable, "it can't be reached; look at the URL"),
            (HTTPSFetchError.certificate, "look at ca-file"), (HTTPSFetchError.timeout, "in 10 seconds"),
            (HTTPSFetchError.tooLong, "too long"),
            (IssuerTrouble(status: 401, isAsked: true), "it answered 401; look at client-id and client-secret-file"),
            (IssuerTrouble(status: 401, isAsked: false), "its keys have to be public"),
            (IssuerTrouble(status: 302, isAsked: false), "redirects aren't followed"),
            (IssuerTrouble(status: 500, isAsked: true), "it answered 500"),
        ] as [(any Error, String)]) func words(_ error: any Error, _ words: String) async
    {
        let (logger, memory) = LoggingTests.logger()
        await #expect(throws: (any Error).self) {
            try await IssuerTrouble.told(logger, of: "https://id.test/keys") { throw error }
        }
        #expect(memory.lines.count == 1)
        let line = memory.lines.first ?? ""
        #expect(line.contains("warning") && line.contains("https://id.test/keys") && line.contains(words), "\(line)")
    }

    @Test("What comes is passed on, and nothing is logged; a set without a key is none")
    func sets() async throws {
        let (logger, memory) = LoggingTests.logger()
        let set = Array(
            #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#.utf8)
        #expect(try await IssuerTrouble.told(logger, of: "/keys") { try IssuerTrouble.checked(set) } == set)
        #expect(memory.lines == [])
        #expect(throws: IssuerTrouble.self) { try IssuerTrouble.checked(Array("{\"keys\":[]}".utf8)) }
    }
}
