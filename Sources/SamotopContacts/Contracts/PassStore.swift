public import SamotopCore

/// Where passes are kept: words that an owner hands out, so that who uses one needn't wait (`alice+pass-WORD@example.org`).
public protocol PassStore: Sendable {
    /// The owner's passes, the newest first, used up and revoked ones included.
    func passes(of owner: Owner) async throws -> [Pass]

    /// The owner's pass with this word.
    func pass(_ word: Pass.Word, of owner: Owner) async throws -> Pass?

    /// Changes a pass in one step: reads it, applies `change`, writes what it returns; nil removes it. Gives back what there is
    /// afterwards. Durable on return.
    ///
    /// `change` may be called again when someone else was faster. It gets nil when the owner has no such pass, and may then
    /// return a new one with this word.
    @discardableResult
    func change(
        _ word: Pass.Word, of owner: Owner, _ change: @Sendable @escaping (Pass?) -> Pass?
    ) async throws -> Pass?

    /// Removes what expired or was revoked or used up before this moment, but for an owner's ``Pass/keptAddresses`` newest addresses:
    /// without a trace of it, an address would come to life again. Returns how many.
    @discardableResult
    func expire(before moment: Timestamp) async throws -> Int
}
