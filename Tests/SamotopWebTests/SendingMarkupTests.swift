#if Web
    import Foundation
    import NameResolution
    import SMTP
    import SamotopQueue
    import Testing

    @testable import SamotopWeb
    @testable import TransportSecurity

    /// Payloads of strangers in every field of the queue and of other servers that a page shows.
    @Suite struct SendingMarkupTests {
        private func fill(_ site: TestSite, with payloads: [String]) async throws {
            for (index, payload) in payloads.enumerated() {
                let label = Array(payload.utf8.prefix(50))
                let domain = try #require(DNSName(labels: [label, Array("t\(index)".utf8)]))
                let now = site.clock.now().seconds
                var record = PeerRecord(domain: domain, now: now)
                record.note(
                    DKIMKeyObservation(selector: payload, key: TestSite.keyA, algorithm: payload, bits: 1, now: now))
                record.pin([TestSite.keyA], now: now, by: payload)
                record.hosts = [PeerHost(name: domain, time: now)]
                record.hosts[0].chain = [TestSite.keyA]
                record.offered = PeerOffer(time: now, host: domain, chain: [TestSite.keyB])
                record.standing = .mismatch
                record.remember([
                    PeerChange(now, .policy, host: domain, before: payload, after: payload, maker: payload)
                ])
                let made = record
                try await site.peers.change(domain) { _ in made }
                let mailbox = try Self.mailbox(payload, index)
                try site.queue.add(
                    "Q\(index)", from: String(decoding: mailbox.bytes, as: UTF8.self),
                    to: [
                        NewRecipient(mailbox, destination: QueueDestination(name: "\(index)" + payload)),
                        NewRecipient(mailbox, destination: QueueDestination(name: "held\(index)" + payload)),
                    ], submitter: payload)
            }
            site.queue.attempt { job, _ in
                let text = job.message.submitter.name
                if job.destination.text.hasPrefix("held") { return .held(HoldReason(.signature, words: text)) }
                return .postponed(
                    AttemptFailure(
                        stage: .data, reply: RemoteReply(code: 451, lines: [Array(text.utf8)]),
                        status: EnhancedStatusCode(4, 0, 0), remote: RemoteHost(name: text, address: text), words: text,
                        isHostWide: true))
            }
        }

        private static func mailbox(_ payload: String, _ index: Int) throws -> Mailbox {
            let domain = try #require(Domain("t\(index).test"))
            let mailbox = LocalPart(Array(payload.utf8)).map { Mailbox(localPart: $0, domain: domain) }
            return try #require(mailbox.flatMap { Mailbox($0.bytes) } ?? Mailbox("person@t\(index).test"))
        }

        private func pages(_ site: TestSite, size: Int, query: String) async throws -> [String: String] {
            var root = try await site.browser(of: "root")
            var pages: [String: String] = [:]
            let search = query.queryEncoded
            for path in ["/queue", "/queue?cursor=25", "/signatures"] { pages[path] = try await root.get(path).text }
            for path in [
                "/queue?sender=", "/queue?destination=", "/queue?state=", "/queue?before=", "/queue/message?id=",
                "/signatures?q=", "/signatures?after=", "/signatures/domain?name=",
            ] { pages[path] = try await root.get(path + search).text }
            for record in try await site.peers.records(after: nil, limit: size) {
                let name = record.domain.text
                let label = name.split(separator: ".").last ?? ""
                pages["domain \(label)"] = try await root.get("/signatures/domain?name=\(name.queryEncoded)").text
            }
            for index in 0..<size {
                pages["message \(index)"] = try await root.get("/queue/message?id=Q\(index)").text
            }
            pages["confirm="] = try await root.post("/queue", ["do": "fail", "destination": query, "words": query]).text
            pages["one="] = try await root.post("/queue", ["do": "fail", "id": "Q0", "words": query]).text
            pages["readdress="] =
                try await root.post("/queue", ["do": "readdress", "id": "Q0", "address": query]).text
            pages["pin="] = try await root.post("/signatures", ["do": "pin", "domain": query, "key": query]).text
            return pages
        }

        @Test("W01: senders, recipients, domains, replies and reasons stay text on the pages of administrators")
        func strangersText() async throws {
            let size = 40
            let plain = try TestSite()
            try await fill(plain, with: (0..<size).map { "plain\($0)" })
            let expected = try await pages(plain, size: size, query: "plain").mapValues { PageShape($0) }
            try #require(expected["domain t7"]?.counts["code"] ?? 0 > 2)
            let allowed = expected.values.reduce(into: Set<String>()) { $0.formUnion($1.names) }
                .union(["svg", "svg viewbox", "svg class", "path", "path d", "div", "p", "bdi", "div class", "p class"])
            for start in stride(from: 0, to: MarkupPayloads.all.count, by: size) {
                var batch = Array(MarkupPayloads.all[start...].prefix(size))
                while batch.count < size { batch.append("plain") }
                let site = try TestSite()
                try await fill(site, with: batch)
                for (name, page) in try await pages(site, size: size, query: batch[0]) {
                    let shape = PageShape(page)
                    #expect(shape.strange.isEmpty, "\(name) \(shape.strange)")
                    #expect(shape.names.subtracting(allowed).isEmpty, "\(name) \(shape.names.subtracting(allowed))")
                    guard !name.contains("="), !name.hasPrefix("domain"), let plain = expected[name] else { continue }
                    for tag in PageShape.counted where tag != "a" && tag != "article" {
                        #expect(shape.counts[tag] == plain.counts[tag], "\(name) \(tag)")
                    }
                }
            }
        }
    }
#endif
