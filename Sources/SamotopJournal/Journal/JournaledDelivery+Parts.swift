public import SamotopCore

extension JournaledDelivery: PartsDeliveryAgent {
    /// Each part is a record; one flush serves them. Parts are delivered only when all of them are on the device.
    public func deliver(parts: [ReceivedMessage]) async throws {
        guard parts.count > 1 else {
            for part in parts { try await deliver(part, to: part.envelope.recipients) }
            return
        }
        let sizes = parts.map { $0.content.count + $0.trace.count + Self.envelopeEstimate }
        let size = sizes.reduce(0, +)
        try await backlog.waitForRoom(size)
        var places = [RecordPlace?](repeating: nil, count: parts.count)
        var failure: DeliveryError?
        await withTaskGroup(of: (Int, Result<RecordPlace, any Error>).self) { group in
            for (index, part) in parts.enumerated() {
                group.addTask { [self] in
                    do { return (index, .success(try await journal.append(try await record(part)))) } catch {
                        return (index, .failure(error))
                    }
                }
            }
            for await (index, result) in group {
                switch result {
                case .success(let place): places[index] = place
                case .failure(let error): failure = failure ?? Self.deliveryError(error)
                }
            }
        }
        if let failure {
            backlog.giveUp(size)
            // Nobody was told that they are accepted, and nobody delivers them.
            journal.settle(places.compactMap { $0?.sequence })
            throw failure
        }
        let entries = zip(parts, zip(places, sizes)).compactMap { part, kept in
            kept.0.map { Backlog.Entry(part, at: $0, size: kept.1) }
        }
        startDelivering(backlog.add(entries))
    }
}
