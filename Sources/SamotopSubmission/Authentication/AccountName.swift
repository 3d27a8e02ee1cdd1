/// The names of accounts that somebody else wrote: an issuer, or an authority.
enum AccountName {
    /// In lower case, of ASCII alone: by Unicode's rules letters of other alphabets become ASCII's (the Kelvin sign a k), and somebody else's
    /// address an account of ours.
    static func lowercased(_ name: String) -> String {
        String(decoding: name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}
