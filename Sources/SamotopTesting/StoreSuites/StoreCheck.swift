/// One thing that every store of a kind must do. It asks for a fresh store, and throws ``StoreFailure`` when that does otherwise.
///
///     @Test(arguments: ContactStoreSuite.checks)
///     func myStore(_ check: StoreCheck<any ContactStore>) async throws {
///         try await check.run(on: MyContactStore())
///     }
public struct StoreCheck<Store: Sendable>: Sendable, CustomStringConvertible {
    /// What is checked, as a sentence.
    public let description: String
    private let body: @Sendable (Store) async throws -> Void

    package init(_ description: String, _ body: @escaping @Sendable (Store) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// Checks an empty store, which is of no use to another check afterwards.
    public func run(on store: Store) async throws { try await body(store) }
}

/// A store did something else than its contract says.
public struct StoreFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was expected and what was found.
    public let description: String

    package init(_ description: String) { self.description = description }
}

/// Throws when it isn't what was expected.
package func expect<Value: Equatable>(_ found: Value, _ expected: Value, _ what: String) throws(StoreFailure) {
    guard found == expected else { throw StoreFailure("\(what): expected \(expected), found \(found)") }
}

/// Throws when there is none.
package func require<Value>(_ value: Value?, _ what: String) throws(StoreFailure) -> Value {
    guard let value else { throw StoreFailure("\(what): there is none") }
    return value
}
