#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A condition variable with a counter, so that a signal between looking and waiting isn't lost.
final class WaitingRoom: @unchecked Sendable {
    // Safe: the pthread objects live at fixed heap addresses for the whole life of this object, and `turns` is only touched under `lock`.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var turns: UInt64 = 0

    init() {
        pthread_mutex_init(lock, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(lock)
        condition.deallocate()
        lock.deallocate()
    }

    var ticket: UInt64 {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return turns
    }

    func wait(since ticket: UInt64) {
        pthread_mutex_lock(lock)
        while turns == ticket { pthread_cond_wait(condition, lock) }
        pthread_mutex_unlock(lock)
    }

    func signal() {
        pthread_mutex_lock(lock)
        turns &+= 1
        pthread_cond_signal(condition)
        pthread_mutex_unlock(lock)
    }

    func signalAll() {
        pthread_mutex_lock(lock)
        turns &+= 1
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(lock)
    }
}
