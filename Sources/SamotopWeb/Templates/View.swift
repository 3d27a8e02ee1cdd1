#if Web
    import Mustache

    /// What a template is filled with: named texts, flags, views and lists of them.
    struct View: MustacheParent, ExpressibleByDictionaryLiteral {
        private var values: [String: Any]

        init(dictionaryLiteral elements: (String, Any?)...) {
            values = [:]
            for (name, value) in elements { self[name] = value }
        }

        subscript(name: String) -> Any? {
            get { values[name] }
            set { values[name] = newValue }
        }

        /// Adds what the other one has.
        mutating func merge(_ other: View) { values.merge(other.values) { _, new in new } }

        func child(named name: String) -> Any? { values[name] }
    }
#endif
