/// How far a check goes (RFC 7208 §4.6.4, §11.1).
public struct SPFLimits: Sendable, Hashable {
    /// Terms that need look-ups (include, a, mx, ptr, exists, redirect), those of other records reached by them included; one
    /// more is a permerror.
    public var lookupTerms = 10
    /// Void look-ups: terms that don't match and for which a look-up found nothing. One more is a permerror. A term counts once:
    /// an mx whose hosts have only addresses of the other family is no attack.
    public var voidLookups = 2
    /// MX records of one name; one more is a permerror.
    public var mailExchanges = 10
    /// PTR records of the client; the others are ignored.
    public var pointers = 10
    /// Address records of one host; the others are ignored.
    public var addresses = 100
    /// Time for the whole check; a check that takes longer is a temperror.
    public var time: Duration = .seconds(20)
    /// Octets of an explanation; the rest is cut off.
    public var explanationLength = 400
    /// Steps that a finding tells; the rest is left out.
    public var steps = 200
    /// Whether `%{l}` and `%{s}` are expanded in names to look up, as the standard says.
    ///
    /// It tells the local-part to whoever owns the name, and to every server on the way. When false, a term that has such a
    /// macro doesn't match, and the steps of the finding say so.
    public var expandsLocalPart = true

    /// The limits of the standard.
    public init() {}

    /// The limits of the standard.
    public static let standard = SPFLimits()
}
