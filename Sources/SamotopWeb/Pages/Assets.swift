#if Web
    import Crypto
    import Hummingbird

    /// Style, script and icon: in the program, under names that change with them, so that browsers may keep them.
    struct Assets: Sendable {
        struct Asset: Sendable {
            let path: String
            let type: String
            let bytes: [UInt8]

            init(_ name: String, _ suffix: String, type: String, bytes: [UInt8]) {
                let hash = SecretToken(bytes: Array(SHA256.hash(data: bytes))).text.prefix(12)
                path = "/assets/\(name)-\(hash).\(suffix)"
                self.type = type
                self.bytes = bytes
            }

            var response: Response {
                Response(
                    status: .ok,
                    headers: [.contentType: type, .cacheControl: "public, max-age=31536000, immutable"],
                    body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
            }
        }

        let style = Asset("style", "css", type: "text/css; charset=utf-8", bytes: PackageResources.style_css)
        let script = Asset("pages", "js", type: "text/javascript; charset=utf-8", bytes: PackageResources.pages_js)
        let icon = Asset("icon", "svg", type: "image/svg+xml", bytes: PackageResources.icon_svg)

        var all: [Asset] { [style, script, icon] }
    }
#endif
