import NIOCore
import SamotopClient
import SamotopCore
import Synchronization

/// Keeps idle connections for the next message to the same server, few and for a short while.
///
/// Between two messages of a backlog a connection is idle for a moment. So all that come back are kept at first, and what is too many
/// for one server ends a moment later.
final class ConnectionCache: Sendable {
    private struct Idle {
        /// Of each server, those that were used last at the end.
        var connections: [ConnectionKey: [ServerConnection]] = [:]
        var count = 0

        mutating func take(_ key: ConnectionKey) -> ServerConnection? {
            guard let connection = connections[key]?.popLast() else { return nil }
            count -= 1
            if connections[key]?.isEmpty == true { connections[key] = nil }
            return connection
        }

        mutating func put(_ connection: ServerConnection) {
            connections[connection.key, default: []].append(connection)
            count += 1
        }

        /// Takes those out that aren't to be kept.
        mutating func remove(except isKept: (_ place: Int, _ count: Int, ServerConnection) -> Bool)
            -> [ServerConnection]
        {
            var removed: [ServerConnection] = []
            for (key, all) in connections {
                var kept: [ServerConnection] = []
                for (place, connection) in all.enumerated() {
                    let stays = isKept(place, all.count, connection)
                    if stays { kept.append(connection) } else { removed.append(connection) }
                }
                connections[key] = kept.isEmpty ? nil : kept
            }
            count -= removed.count
            return removed
        }
    }

    /// Seconds that a server's surplus connections are kept.
    private static let moment: Int64 = 1

    private let idle = Mutex(Idle())
    private let settings: RelaySettings
    private let clock: any WallClock
    private let group: any EventLoopGroup
    /// One timer for all: a timer for each message would wake its loop each time, and stay long after the message.
    private let isTimerSet = Atomic(false)

    init(settings: RelaySettings, clock: any WallClock, group: any EventLoopGroup) {
        self.settings = settings
        self.clock = clock
        self.group = group
    }

    /// Connections that are kept.
    var count: Int { idle.withLock { $0.count } }

    /// An idle connection, the one that was used last; it is the caller's from now on.
    func take(_ key: ConnectionKey) -> ServerConnection? {
        let now = clock.now().seconds
        let (found, useless) = idle.withLock { idle in
            var useless: [ServerConnection] = []
            while let connection = idle.take(key) {
                if isFresh(connection, now) { return (ServerConnection?.some(connection), useless) }
                useless.append(connection)
            }
            return (nil, useless)
        }
        for connection in useless { connection.quit() }
        return found
    }

    /// Keeps a connection that has carried its message, if that is worth it, and sees to it that it ends in time.
    func put(_ connection: ServerConnection) {
        let now = clock.now().seconds
        var connection = connection
        connection.idleSince = now
        guard connection.isReusable, connection.messages < settings.maximumMessagesOfConnection,
            isFresh(connection, now)
        else { return connection.quit() }
        let isKept = idle.withLock { [connection] idle in
            guard idle.count < settings.maximumIdleConnections else { return false }
            idle.put(connection)
            return true
        }
        if isKept { setTimer() } else { connection.quit() }
    }

    /// Ends those that have been idle for too long, or all.
    func sweep(all: Bool = false) {
        let now = clock.now().seconds
        let over = idle.withLock { idle in
            idle.remove { place, count, connection in
                guard !all, isFresh(connection, now) else { return false }
                // The surplus are those that were used longest ago.
                return place >= count - settings.maximumIdleConnectionsOfServer
                    || now &- connection.idleSince < Self.moment
            }
        }
        for connection in over { connection.quit() }
    }

    /// Sweeps each second for as long as anything is kept.
    private func setTimer() {
        guard !isTimerSet.exchange(true, ordering: .acquiringAndReleasing) else { return }
        group.any().scheduleTask(in: .seconds(Self.moment)) { [weak self] in
            guard let self else { return }
            self.isTimerSet.store(false, ordering: .releasing)
            self.sweep()
            if self.count > 0 { self.setTimer() }
        }
    }

    /// A clock that was set back makes a connection old.
    private func isFresh(_ connection: ServerConnection, _ now: Int64) -> Bool {
        connection.smtp.isReusable && (0...max(settings.idleTime, 0)).contains(now &- connection.idleSince)
            && (0...max(settings.connectionLifetime, 0)).contains(now &- connection.made)
    }
}
