import NIOCore

/// A session's time-outs: one deadline that moves with what is awaited, and one timer that looks after it now and then.
///
/// Moving the deadline costs nothing; the timer finds out when it fires, and is set again for the time that is left.
struct SessionClock {
    enum Awaited {
        /// Between a reply and what is awaited after it.
        case nothing
        case handshake, command, content, decision, write, linger
    }

    enum Verdict {
        case fine, late
    }

    private let timeouts: Timeouts
    private var awaited = Awaited.command
    private var deadline = NIODeadline.distantFuture
    private var windowEnd = NIODeadline.distantFuture
    private var windowOctets = 0
    private var loop: (any EventLoop)?
    private var timer: Scheduled<Void>?
    private var timerFires = NIODeadline.distantFuture
    private var fire: (() -> Void)?

    /// Never longer than the wait for a block of content.
    private var window: Duration { min(timeouts.rateWindow, timeouts.dataBlock) }

    init(_ timeouts: Timeouts) { self.timeouts = timeouts }

    mutating func start(_ loop: any EventLoop, _ fire: @escaping () -> Void) {
        self.loop = loop
        self.fire = fire
        restart(.command)
    }

    mutating func stop() {
        timer?.cancel()
        timer = nil
        fire = nil
        loop = nil
    }

    /// What the server waits for now. The same again doesn't extend the time, but for content: each block has its own.
    mutating func expect(_ awaited: Awaited) {
        if awaited == self.awaited, awaited != .content { return }
        restart(awaited)
    }

    /// A reply was sent: the time for what is awaited next starts anew.
    mutating func answered() { awaited = .nothing }

    /// Octets came.
    mutating func received(_ octets: Int) { windowOctets += octets }

    /// Called by the timer.
    mutating func verdict(_ loop: any EventLoop) -> Verdict {
        let now = loop.now
        timer = nil
        timerFires = .distantFuture
        if now >= deadline { return .late }
        if awaited == .content, now >= windowEnd {
            let wanted = Double(timeouts.minimumRate) * window.seconds
            if Double(windowOctets) < wanted { return .late }
            startWindow(now)
        }
        arm(now)
        return .fine
    }

    private mutating func restart(_ awaited: Awaited) {
        guard let loop else { return }
        let now = loop.now
        if awaited == .content {
            if self.awaited != .content { startWindow(now) }
        } else {
            windowEnd = .distantFuture
        }
        self.awaited = awaited
        deadline = limit(awaited).map { now + TimeAmount($0) } ?? .distantFuture
        arm(now)
    }

    private mutating func startWindow(_ now: NIODeadline) {
        windowOctets = 0
        windowEnd = now + TimeAmount(window)
    }

    private func limit(_ awaited: Awaited) -> Duration? {
        switch awaited {
        case .handshake: timeouts.handshake
        case .command: timeouts.command
        case .content: timeouts.dataBlock
        case .decision, .nothing: nil
        case .write: timeouts.write
        case .linger: timeouts.linger
        }
    }

    /// Sets the timer if it would fire too late.
    private mutating func arm(_ now: NIODeadline) {
        let next = min(deadline, windowEnd)
        guard next < timerFires, let loop, let fire else { return }
        timer?.cancel()
        timerFires = next
        timer = loop.assumeIsolated().scheduleTask(deadline: next) { fire() }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
