import SMTP

extension [RecipientOutcome] {
    /// The outcomes of a job of which a part was delivered: these are the part's, in its order, and `outcome` makes those of the others.
    ///
    /// - Parameter decided: of each recipient of the whole job; nil: it was in the part.
    func merged<Reason>(where decided: [Reason?], _ outcome: (Reason) -> RecipientOutcome) -> [RecipientOutcome] {
        var rest = makeIterator()
        return decided.map { reason in
            reason.map(outcome)
                ?? rest.next()
                ?? .postponed(
                    AttemptFailure(
                        stage: .content, status: EnhancedStatusCode(4, 3, 0), words: "the attempt brought no outcome",
                        isHostWide: false))
        }
    }
}
