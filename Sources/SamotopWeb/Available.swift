/// True when this build has what it needs: the package trait `Web`.
public let isWebAvailable: Bool = {
    #if Web
        true
    #else
        false
    #endif
}()
