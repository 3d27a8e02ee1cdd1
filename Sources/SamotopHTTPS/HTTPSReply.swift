import NIOHTTP1
import TransportSecurity

/// A response as it came.
struct HTTPSReply: Sendable {
    let status: Int
    let fields: HTTPHeaders
    /// Empty when it wasn't read.
    let body: [UInt8]

    /// What fetches and posts are told.
    var response: HTTPSResponse {
        HTTPSResponse(status: status, contentType: fields.first(name: "content-type"), body: body)
    }
}
