import NIOCore
import ServiceLifecycle

extension Channel {
    /// A listening channel's life as a service: until it closes, or the service is told to end.
    func serveUntilShutdown() async {
        await cancelWhenGracefulShutdown {
            await withTaskCancellationHandler {
                try? await self.closeFuture.get()
            } onCancel: {
                self.close(promise: nil)
            }
        }
    }
}
