#if Web
    import SamotopContacts

    /// Finds strangers who look like someone that the owner knows: the same skeleton (``Skeleton``), or a domain that
    /// differs in one
    /// letter, with the address otherwise the same; and names that someone known goes by.
    struct LookAlikes {
        /// What is suspicious about a stranger.
        enum Suspicion: Hashable {
            /// It looks like this address of someone who is welcome.
            case resembles(String)
            /// Someone who is welcome uses the name, from this address.
            case borrowsName(String)
            /// The name has an address in it that isn't the sender's.
            case namesOtherAddress
            /// Letters of several scripts in one word.
            case mixesScripts
            /// Characters that nobody sees.
            case hidesCharacters
        }

        private struct Known {
            let text: String
            let local: String
            let domain: String
        }

        private let known: [Known]
        private let texts: Set<String>
        private let skeletons: [[UInt8]: String]
        private let names: [[UInt8]: String]

        /// - Parameter welcome: contacts that the owner trusts; at most 2,000 are looked at.
        init(welcome: [Contact]) {
            var known: [Known] = []
            var skeletons: [[UInt8]: String] = [:]
            var names: [[UInt8]: String] = [:]
            for contact in welcome.prefix(2000) {
                let text = contact.correspondent.text
                let (local, domain) = Self.parts(contact.correspondent)
                known.append(Known(text: text, local: local, domain: domain))
                skeletons[Self.skeleton(local, domain)] = text
                if let name = contact.request?.displayName, name.utf8.count >= 5 { names[Skeleton.of(name)] = text }
            }
            self.known = known
            self.skeletons = skeletons
            self.names = names
            texts = Set(known.map(\.text))
        }

        /// What is suspicious about a stranger; empty for most.
        func suspicions(about contact: Contact) -> [Suspicion] {
            var found: [Suspicion] = []
            let text = contact.correspondent.text
            let (local, domain) = Self.parts(contact.correspondent)
            if !texts.contains(text), let other = resembled(by: local, domain) { found.append(.resembles(other)) }
            let name = contact.request?.displayName ?? ""
            if let other = names[Skeleton.of(name)], other != text, !name.isEmpty { found.append(.borrowsName(other)) }
            if Self.addresses(in: name).contains(where: { $0 != text }) { found.append(.namesOtherAddress) }
            if Skeleton.mixesScripts(local + "@" + Skeleton.unicode(domain)) || Skeleton.mixesScripts(name) {
                found.append(.mixesScripts)
            }
            if VisibleText.hides(name) || VisibleText.hides(text) || VisibleText.hides(contact.request?.subject ?? "") {
                found.append(.hidesCharacters)
            }
            return found
        }

        private func resembled(by local: String, _ domain: String) -> String? {
            if let same = skeletons[Self.skeleton(local, domain)] { return same }
            guard domain.utf8.count >= 6 else { return nil }
            let bytes = Array(domain.utf8)
            return known.first { other in
                other.domain != domain && other.domain.utf8.count >= 6 && (other.local == local || other.local.isEmpty)
                    && Self.differInOne(bytes, Array(other.domain.utf8))
            }?.text
        }

        private static func skeleton(_ local: String, _ domain: String) -> [UInt8] {
            Skeleton.of(local) + [UInt8(ascii: "@")] + Skeleton.ofDomain(domain)
        }

        private static func parts(_ correspondent: Correspondent) -> (local: String, domain: String) {
            guard correspondent.kind == .address, let at = correspondent.bytes.lastIndex(of: UInt8(ascii: "@")) else {
                return ("", correspondent.text)
            }
            return (
                String(decoding: correspondent.bytes[..<at], as: UTF8.self),
                String(decoding: correspondent.bytes[(at + 1)...], as: UTF8.self)
            )
        }

        private static func addresses(in name: String) -> [String] {
            let words: [Substring] = name.lowercased().split { " <>\"'(),;:".contains($0) }
            return words.map(String.init).filter { word in
                let sides = word.split(separator: "@", omittingEmptySubsequences: false)
                return sides.count == 2 && !sides[0].isEmpty && sides[1].contains(".")
            }
        }

        /// Whether one octet was added, left out, changed, or swapped with its neighbour; linear.
        static func differInOne(_ left: [UInt8], _ right: [UInt8]) -> Bool {
            guard abs(left.count - right.count) <= 1, left != right else { return false }
            let start = zip(left, right).prefix { $0 == $1 }.count
            let leftRest = left[start...]
            let rightRest = right[start...]
            if leftRest.dropFirst().elementsEqual(rightRest.dropFirst()) { return true }
            if leftRest.dropFirst().elementsEqual(rightRest) || leftRest.elementsEqual(rightRest.dropFirst()) {
                return true
            }
            return leftRest.dropFirst(2).elementsEqual(rightRest.dropFirst(2)) && leftRest.count >= 2
                && rightRest.count >= 2
                && leftRest[start] == rightRest[start + 1] && leftRest[start + 1] == rightRest[start]
        }
    }
#endif
