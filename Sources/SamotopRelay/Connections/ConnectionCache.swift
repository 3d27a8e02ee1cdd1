import NIOCore
import SamotopClient
import SamotopCore
import Synchronization

/// Keeps idle connections for the next message to the same server, few and for a short while.
final class ConnectionCache: Sendable {
    private let idle = Mutex<[ConnectionKey: [ServerConnection]]>([:])
    private let settings: RelaySettings
    private let clock: any WallClock

    init(settings: RelaySettings, clock: any WallClock) {
        self.settings = settings
        self.clock = clock
    }

    /// Connections that are kept.
    var count: Int { idle.withLock { $0.values.reduce(0) { $0 + $1.count } } }

    /// An idle connection, the one that was used last; it is the caller's from now on.
    func take(_ key: ConnectionKey) -> ServerConnection? {
        let now = clock.now().seconds
        let (found, useless): (ServerConnection?, [ServerConnection]) = idle.withLock { idle in
            guard var connections = idle[key] else { return (nil, []) }
            var useless: [ServerConnection] = []
            while let connection = connections.popLast() {
                if isFresh(connection, now) {
                    idle[key] = connections.isEmpty ? nil : connections
                    return (connection, useless)
                }
                useless.append(connection)
            }
            idle[key] = nil
            return (nil, useless)
        }
        for connection in useless { connection.quit() }
        return found
    }

    /// Keeps a connection that has carried its message, if that is worth it.
    ///
    /// - Returns: whether it is kept.
    func put(_ connection: ServerConnection) -> Bool {
        let now = clock.now().seconds
        var connection = connection
        connection.idleSince = now
        guard connection.isReusable, connection.messages < settings.maximumMessagesOfConnection,
            isFresh(connection, now)
        else {
            connection.quit()
            return false
        }
        let isKept = idle.withLock { [connection] idle in
            guard idle[connection.key, default: []].count < settings.maximumIdleConnectionsOfServer,
                idle.values.reduce(0, { $0 + $1.count }) < settings.maximumIdleConnections
            else { return false }
            idle[connection.key, default: []].append(connection)
            return true
        }
        if !isKept { connection.quit() }
        return isKept
    }

    /// Ends those that have been idle for too long, or all.
    func sweep(all: Bool = false) {
        let now = clock.now().seconds
        let over = idle.withLock { idle in
            var over: [ServerConnection] = []
            for (key, connections) in idle {
                let fresh = all ? [] : connections.filter { isFresh($0, now) }
                over += all ? connections : connections.filter { !isFresh($0, now) }
                idle[key] = fresh.isEmpty ? nil : fresh
            }
            return over
        }
        for connection in over { connection.quit() }
    }

    /// A clock that was set back makes a connection old.
    private func isFresh(_ connection: ServerConnection, _ now: Int64) -> Bool {
        connection.smtp.isReusable && (0...max(settings.idleTime, 0)).contains(now &- connection.idleSince)
            && (0...max(settings.connectionLifetime, 0)).contains(now &- connection.made)
    }
}
