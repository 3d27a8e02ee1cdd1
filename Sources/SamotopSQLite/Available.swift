/// True when this build has what it needs: the package trait `SQLite`.
public let isSQLiteAvailable: Bool = {
    #if SQLite
        true
    #else
        false
    #endif
}()
