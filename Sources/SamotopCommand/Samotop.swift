@main struct Samotop { static func main() async {} }
