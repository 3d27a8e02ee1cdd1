/// What is asked: a name and a type.
struct Question: Sendable, Hashable {
    let name: DNSName
    let type: RecordType
}

/// A bounded number of answers, each until its time is over.
///
/// When it is full, a hand goes round over the places: an answer that was used since the hand's last visit stays, the
/// first other one makes room. That is nearly "least recently used", without a list to keep in order at every use.
struct AnswerCache {
    private struct Place {
        let question: Question
        let answer: Answer
        let stored: ContinuousClock.Instant
        let end: ContinuousClock.Instant
        var wasUsed = false
    }

    private let capacity: Int
    private var places: [Place] = []
    private var indices: [Question: Int] = [:]
    private var hand = 0

    /// For `capacity` answers, one at least.
    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { places.count }

    /// The answer with the time that it still holds; nil when there is none, or its time is over.
    mutating func answer(to question: Question, at now: ContinuousClock.Instant) -> Answer? {
        guard let index = indices[question], now < places[index].end else { return nil }
        places[index].wasUsed = true
        var answer = places[index].answer
        let age = UInt32(clamping: (now - places[index].stored).components.seconds)
        answer.timeToLive -= min(age, answer.timeToLive)
        return answer
    }

    /// Keeps an answer for some time from now on.
    mutating func store(
        _ answer: Answer, to question: Question, for time: Duration, at now: ContinuousClock.Instant
    ) {
        let place = Place(question: question, answer: answer, stored: now, end: now + time)
        if let index = indices[question] {
            places[index] = place
        } else if places.count < capacity {
            indices[question] = places.count
            places.append(place)
        } else {
            let index = makeRoom(at: now)
            indices[places[index].question] = nil
            indices[question] = index
            places[index] = place
        }
    }

    private mutating func makeRoom(at now: ContinuousClock.Instant) -> Int {
        // Ends after one round at most: a visit takes the mark away.
        while places[hand].wasUsed, now < places[hand].end {
            places[hand].wasUsed = false
            hand = (hand + 1) % places.count
        }
        defer { hand = (hand + 1) % places.count }
        return hand
    }

    mutating func removeAll() {
        places = []
        indices = [:]
        hand = 0
    }
}
