import NIOCore

/// A connection's deadline, which moves with what is awaited, and one timer that looks after it now and then.
///
/// Moving the deadline back costs nothing; the timer finds out when it fires, and is set again for the time that is left.
struct ClientClock {
    private var deadline = NIODeadline.distantFuture
    private var end = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?
    private var timerFires = NIODeadline.distantFuture

    /// Waits from now on for this time.
    mutating func expect(_ time: Duration, _ loop: any EventLoop, _ fire: @escaping () -> Void) {
        deadline = loop.now + TimeAmount(time)
        arm(loop, fire)
    }

    /// All that follows has to end within this time.
    mutating func limit(_ time: Duration, _ loop: any EventLoop) { end = loop.now + TimeAmount(time) }

    /// Nothing is awaited.
    mutating func rest() {
        deadline = .distantFuture
        end = .distantFuture
    }

    /// Called by the timer; true when the time is over.
    mutating func isOver(_ loop: any EventLoop, _ fire: @escaping () -> Void) -> Bool {
        timer = nil
        timerFires = .distantFuture
        guard loop.now < min(deadline, end) else { return true }
        arm(loop, fire)
        return false
    }

    mutating func stop() {
        rest()
        timer?.cancel()
        timer = nil
        timerFires = .distantFuture
    }

    /// Sets the timer if it would fire too late.
    private mutating func arm(_ loop: any EventLoop, _ fire: @escaping () -> Void) {
        let next = min(deadline, end)
        guard next < timerFires else { return }
        timer?.cancel()
        timerFires = next
        timer = loop.assumeIsolated().scheduleTask(deadline: next) { fire() }
    }
}
