import SamotopTesting
import Testing

/// The same conversations at three depths: in memory, in memory with every octet on its own, and over TCP.
@Suite struct DialogueTests {
    @Test func thereAreDialogues() { #expect(DialogueFiles.all.count >= 120) }

    @Test(arguments: DialogueFiles.all) func inMemory(_ file: DialogueFiles.File) async throws {
        try await play(file, pieceSize: .max)
    }

    @Test(arguments: DialogueFiles.splittable) func octetByOctet(_ file: DialogueFiles.File) async throws {
        try await play(file, pieceSize: 1)
    }

    @Test(arguments: DialogueFiles.all) func overTCP(_ file: DialogueFiles.File) async throws {
        let dialogue = try file.dialogue.get()
        let server = try TestServer(dialogue.settings)
        let connection = try await TCPConnection(server)
        try await dialogue.play(on: connection) {
            try await connection.finish()
            return server.delivered()
        }
        try await connection.finish()
    }

    private func play(_ file: DialogueFiles.File, pieceSize: Int) async throws {
        let dialogue = try file.dialogue.get()
        let server = try TestServer(dialogue.settings)
        let connection = await MemoryConnection(
            server.service, role: server.role, encryption: server.encryption, pieceSize: pieceSize)
        try await dialogue.play(on: connection, delivered: server.delivered)
    }
}
