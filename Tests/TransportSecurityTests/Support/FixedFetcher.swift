import Synchronization
import TransportSecurity

/// Answers what it was told to, and remembers what was fetched.
final class FixedFetcher: HTTPSFetching {
    private let answer: Mutex<Result<HTTPSResponse, HTTPSFetchError>>
    private let asked = Mutex<[HTTPSRequest]>([])

    init(_ answer: Result<HTTPSResponse, HTTPSFetchError> = .failure(.unreachable)) { self.answer = Mutex(answer) }

    var requests: [HTTPSRequest] { asked.withLock { $0 } }

    func set(_ answer: Result<HTTPSResponse, HTTPSFetchError>) { self.answer.withLock { $0 = answer } }

    func serve(_ text: String, status: Int = 200, type: String? = "text/plain") {
        set(.success(HTTPSResponse(status: status, contentType: type, body: Array(text.utf8))))
    }

    func fetch(_ request: HTTPSRequest) async throws(HTTPSFetchError) -> HTTPSResponse {
        asked.withLock { $0.append(request) }
        return try answer.withLock { $0 }.get()
    }
}
