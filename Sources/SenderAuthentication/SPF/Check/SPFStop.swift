/// An error that ends the whole check, also from within an include: temperror or permerror (RFC 7208 §4.4–§4.6, §5.2).
struct SPFStop: Error {
    let result: SPFResult
    let reason: String

    static func temporary(_ reason: String) -> SPFStop { SPFStop(result: .temperror, reason: reason) }

    static func permanent(_ reason: String) -> SPFStop { SPFStop(result: .permerror, reason: reason) }
}
