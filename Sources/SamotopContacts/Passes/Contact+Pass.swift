extension Contact {
    /// The pass by which it became welcome; nil: by none, or its owner has decided, or written a note, since.
    public var usedPass: Pass.Word? {
        guard let decision, decision.maker == "policy", decision.state == .welcome, decision.note.hasPrefix("pass ")
        else { return nil }
        return Pass.Word(String(decision.note.dropFirst("pass ".count)))
    }
}
