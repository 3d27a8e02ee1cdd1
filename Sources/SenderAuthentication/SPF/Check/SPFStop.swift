/// Why an evaluation goes no further.
enum SPFStop: Error {
    /// An error that ends the whole check, also from within an include: temperror or permerror (RFC 7208 §4.4–§4.6, §5.2).
    case error(SPFResult, reason: String)
    /// An answer isn't at hand: the evaluation is done anew once it is.
    case unanswered(SPFAnswers.Question)

    static func temporary(_ reason: String) -> SPFStop { .error(.temperror, reason: reason) }

    static func permanent(_ reason: String) -> SPFStop { .error(.permerror, reason: reason) }
}
