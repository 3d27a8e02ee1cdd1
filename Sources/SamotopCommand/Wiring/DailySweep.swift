import Logging
import ServiceLifecycle

/// Once a day, removes what crashes have left in the mailboxes' `tmp`.
struct DailySweep: Service {
    let agent: SwitchingAgent
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do { try await Task.sleep(for: .seconds(86_400)) } catch { return }
                do {
                    try await agent.sweep()
                } catch {
                    logger.error("a mailbox can't be swept", metadata: ["cause": "\(error)"])
                }
            }
        }
    }
}
