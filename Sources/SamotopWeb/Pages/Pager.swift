#if Web
    /// Page by page.
    struct Pager {
        let number: Int
        let size: Int

        /// - Parameter text: a page's number from a query; what isn't one is the first.
        init(_ text: String, size: Int) {
            number = min(max(Int(text) ?? 1, 1), 100_000)
            self.size = size
        }

        var offset: Int { (number - 1) * size }

        func view(path: String, query: KeyValuePairs<String, String>, hasMore: Bool, words: Words) -> View? {
            guard hasMore || number > 1 else { return nil }
            func link(_ number: Int) -> String {
                let pairs = query.filter { !$0.value.isEmpty }.map { "\($0.key)=\($0.value.queryEncoded)" }
                return path + "?" + (pairs + ["page=\(number)"]).joined(separator: "&")
            }
            return [
                "previous": number > 1 ? link(number - 1) : nil, "next": hasMore ? link(number + 1) : nil,
                "label": words("pager-label", ["number": String(number)]),
            ]
        }
    }
#endif
