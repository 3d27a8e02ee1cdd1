#if Unbound
    import CUnbound
    import NameResolution

    /// Makes an ``Answer`` of what libunbound found.
    struct AnswerReader: Sendable {
        let anchors: TrustAnchors
        let maximumTimeToLive: UInt32

        private enum ResponseCode {
            static let noError: Int32 = 0
            static let nameError: Int32 = 3
        }

        func answer(to question: PendingQuestion, _ error: Int32, _ result: ub_result?) -> Answer {
            guard error == 0, let result else { return Answer(.failure(.unavailable)) }
            // libunbound hands on what it refuted, with this mark.
            guard result.bogus == 0 else {
                let cause = result.why_bogus.map { String(cString: $0) }
                return Answer(.failure(.bogus), security: .bogus, bogusCause: cause)
            }
            do throws(Answer.Failure) {
                let aliases = try aliases(result, question)
                return Answer(
                    try outcome(result, question.type), security: security(result, [question.name] + aliases),
                    timeToLive: min(UInt32(clamping: result.ttl), maximumTimeToLive), aliases: aliases,
                    signature: signature(result, question))
            } catch {
                return Answer(.failure(error))
            }
        }

        private func security(_ result: ub_result, _ names: [DNSName]) -> SecurityStatus {
            if anchors.isEmpty { return .indeterminate }
            return result.secure == 1 ? .secure : anchors.unprovenStatus(of: names)
        }

        private func outcome(_ result: ub_result, _ type: RecordType) throws(Answer.Failure) -> Answer.Outcome {
            switch result.rcode {
            case ResponseCode.noError: break
            case ResponseCode.nameError: return .noSuchName
            default: throw .serverFailure
            }
            guard let data = result.data, let lengths = result.len else { throw .malformed }
            var records: [RecordData] = []
            var index = 0
            while let datum = data[index] {
                let wire = Self.octets(datum, lengths[index])
                if let record = RecordData(type, wire: wire) { records.append(record) }
                index += 1
            }
            guard index > 0 else { return .noData }
            guard !records.isEmpty else { throw .malformed }
            return .records(records)
        }

        private func aliases(_ result: ub_result, _ question: PendingQuestion) throws(Answer.Failure) -> [DNSName] {
            // Without aliases there is no canonical name other than the one that was asked for.
            guard result.canonname != nil, question.type != .cname, let message = result.answer_packet else {
                return []
            }
            return try AliasPath.read(Self.octets(message, result.answer_len), from: question.name)
        }

        /// For people to look at: what libunbound has verified doesn't hang on it.
        private func signature(_ result: ub_result, _ question: PendingQuestion) -> AnswerSignature? {
            guard result.secure == 1, result.havedata != 0, let message = result.answer_packet else { return nil }
            return try? SignatureReader.read(Self.octets(message, result.answer_len), question.type)
        }

        private static func octets(_ start: UnsafeRawPointer, _ count: Int32) -> [UInt8] {
            // Safe: libunbound allocated `count` octets at `start`, and frees them after this.
            Array(UnsafeRawBufferPointer(start: start, count: max(0, Int(count))))
        }
    }
#endif
