import SamotopDelivery

/// The table of addresses of a running server, open from when it is there or first needed.
actor OpenAddresses {
    private typealias Opened = (store: any AddressStore, close: @Sendable () async throws -> Void)

    private let folder: String
    private var opening: Task<Opened, any Error>?

    init(in folder: String) { self.folder = folder }

    /// Nil: there is none yet.
    func existing() async throws -> (any AddressStore)? {
        if opening == nil, !TableOfAddresses.exists(in: folder) { return nil }
        return try await made()
    }

    /// Makes it when there is none.
    func made() async throws -> any AddressStore {
        let task = opening ?? Task { [folder] in try await TableOfAddresses.open(in: folder) }
        opening = task
        do { return try await task.value.store } catch {
            // The next one tries again.
            if opening == task { opening = nil }
            throw error
        }
    }

    func close() async throws {
        if let opening { try await opening.value.close() }
    }
}
