import SMTP
import SamotopQueue
import SamotopRelay

/// `relay.queue.destinations.NAME:`, where one destination differs from the others.
struct DestinationSettings: Sendable, Hashable {
    /// At a time, at most.
    var deliveries: Int?
    /// Between the beginnings of two deliveries.
    var interval: Duration?

    init(_ reader: SectionReader) {
        deliveries = reader.value("deliveries", Quantity.count(in: 1...1_000))
        interval = reader.value("interval", Quantity.duration(in: .milliseconds(1)...(.seconds(3_600))))
        if reader.keys.isEmpty { reader.problems.add(reader.place, reader.path, "write deliveries, interval, or both") }
        reader.finish()
    }

    /// By what the queue calls them: domains in lower case, and routes.
    static func all(_ reader: SectionReader, _ routes: [OutgoingRoute]) -> [String: DestinationSettings] {
        var table = RouteTable()
        for route in routes { table.add(Route(name: route.name, .nextHops([])), for: route.domains) }
        var all: [String: DestinationSettings] = [:]
        for key in reader.keys {
            let settings = DestinationSettings(reader.section(key))
            do throws(Unfit) {
                let name = try name(key, table)
                guard all.updateValue(settings, forKey: name) == nil else { throw Unfit("the same domain as above") }
            } catch { reader.complain(aboutKey: key, error.message) }
        }
        reader.finish()
        return all
    }

    private static func name(_ text: String, _ table: RouteTable) throws(Unfit) -> String {
        if table.routes[text] != nil { return text }
        let name = try Name.domain(text)
        // The queue counts it there, and would find nothing here.
        if let route = Domain(name).flatMap({ table.route(for: $0) }) {
            throw Unfit("its mail goes by the route \(Quantity.quoted(route.name)); write that name")
        }
        return name
    }

    /// What the queue goes by.
    ///
    /// - Parameter others: of destinations that don't differ.
    func limits(_ others: DestinationLimits) -> DestinationLimits {
        var limits = others
        limits.maximumJobs = deliveries ?? others.maximumJobs
        limits.interval = interval ?? others.interval
        return limits
    }
}
