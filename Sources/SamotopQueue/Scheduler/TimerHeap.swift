/// Moments, the earliest first: a binary heap.
///
/// Nothing is taken out before its time: a timer that no longer means anything is looked at when its moment comes, and the state
/// of what it is about decides.
struct TimerHeap: Sendable {
    private var timers: [QueueTimer] = []

    var count: Int { timers.count }
    var earliest: Int64? { timers.first?.time }

    mutating func reserve(_ count: Int) { timers.reserveCapacity(count) }

    mutating func removeAll() { timers.removeAll() }

    mutating func add(_ timer: QueueTimer) {
        timers.append(timer)
        var index = timers.count - 1
        while index > 0 {
            let parent = (index - 1) / 2
            guard timers[index].time < timers[parent].time else { return }
            timers.swapAt(index, parent)
            index = parent
        }
    }

    /// The earliest timer, if its moment has come.
    mutating func pop(until now: Int64) -> QueueTimer? {
        guard let first = timers.first, first.time <= now else { return nil }
        let last = timers.removeLast()
        if !timers.isEmpty {
            timers[0] = last
            sink()
        }
        return first
    }

    private mutating func sink() {
        var index = 0
        while true {
            var least = index
            for child in (2 * index + 1)...(2 * index + 2) where child < timers.count {
                if timers[child].time < timers[least].time { least = child }
            }
            guard least != index else { return }
            timers.swapAt(index, least)
            index = least
        }
    }
}
