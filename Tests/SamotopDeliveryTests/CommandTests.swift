import Testing

@testable import SamotopDelivery

@Suite("A mailbox's program: how it is written, and what it is given")
struct CommandTests {
    private let values = CommandValues(
        recipient: "ann+shop@our.test", sender: "bob@out.test", mailbox: "ann@our.test", tag: "shop")

    @Test("Placeholders stay within their argument")
    func placeholders() throws {
        let command = try DeliveryCommand([
            "/bin/x", "--to", "{recipient}", "--from={sender}", "", "{tag}:{mailbox}", "a b", "$(touch x)",
        ])
        #expect(
            try command.arguments(for: values) == [
                "--to", "ann+shop@our.test", "--from=bob@out.test", "", "shop:ann@our.test", "a b", "$(touch x)",
            ])
    }

    @Test("U20: an address with words of a shell in it is one argument, and a placeholder in it isn't filled")
    func hostile() throws {
        let command = try DeliveryCommand(["/bin/x", "{recipient}"])
        for text in ["\";$(touch x) `y`\"@our.test", "\"a b\"@our.test", "{sender}@our.test", "*@our.test"] {
            let given = CommandValues(recipient: text, sender: "s@out.test", mailbox: "m@our.test")
            #expect(try command.arguments(for: given) == [text])
        }
    }

    @Test("U20: no value becomes an option")
    func options() throws {
        let dashed = CommandValues(
            recipient: "-rf@our.test", sender: "--help@out.test", mailbox: "-m@our.test", tag: "-t")
        for field in CommandArgument.Field.allCases {
            let text = "{\(field.rawValue)}"
            #expect(throws: UnfitCommandValue(field: field)) {
                try DeliveryCommand(["/bin/x", text]).arguments(for: dashed)
            }
            #expect(throws: UnfitCommandValue(field: field)) {
                try DeliveryCommand(["/bin/x", "--to", text, "--"]).arguments(for: dashed)
            }
            #expect(try DeliveryCommand(["/bin/x", "--", text]).arguments(for: dashed) == ["--", dashed[field]])
            let joined = try DeliveryCommand(["/bin/x", "--to=\(text)"])
            #expect(try joined.arguments(for: dashed) == ["--to=\(dashed[field])"])
        }
        // Nothing, and then the hyphen of another one.
        let empty = CommandValues(recipient: "-r@our.test", sender: "", mailbox: "m@our.test")
        #expect(throws: UnfitCommandValue(field: .sender)) {
            try DeliveryCommand(["/bin/x", "{sender}{recipient}"]).arguments(for: empty)
        }
        #expect(try DeliveryCommand(["/bin/x", "{sender}"]).arguments(for: empty) == [""])
    }

    @Test(
        "What is no command says why",
        arguments: [
            ([], .noProgram), (["handle"], .noPath("handle")), (["bin/x"], .noPath("bin/x")), ([""], .noPath("")),
            (["/bin/"], .noPath("/bin/")), (["/bin/{tag}"], .placeholderInProgram("/bin/{tag}")),
            (["/bin/x", "{who}"], .unknownPlaceholder("{who}")), (["/bin/x", "{}"], .unknownPlaceholder("{}")),
            (["/bin/x", "{tag"], .looseBrace("{tag")), (["/bin/x", "a}"], .looseBrace("a}")),
            (["/bin/x", "a\0b"], .nul),
        ] as [([String], DeliveryCommandError)])
    func unreadable(words: [String], error: DeliveryCommandError) {
        #expect(throws: error) { try DeliveryCommand(words) }
        #expect(!"\(error)".isEmpty)
    }

    @Test("CRLF becomes LF wherever a message is cut; a CR by itself stays")
    func lines() {
        let octets = Array("a\r\n\r\nb\r\rc\r\n\nd\r".utf8)
        let expected = Array("a\n\nb\r\rc\n\nd\r".utf8)
        for size in 1...octets.count {
            var lines = LineFeeds()
            var found: [UInt8] = []
            for start in stride(from: 0, to: octets.count, by: size) {
                found += lines.converted(Array(octets[start..<min(start + size, octets.count)]).span)
            }
            #expect(found + lines.rest == expected, "slices of \(size)")
        }
    }
}
