#if SQLite
    import GRDB
    import SamotopContacts

    extension ContactStoreError {
        /// What SQLite's result code means for those who ask a store. The cause holds no stored value: SQLite's messages name
        /// tables and columns only.
        init(_ error: any Error) {
            if let known = error as? ContactStoreError {
                self = known
                return
            }
            guard let failure = error as? DatabaseError else {
                self = .failed(cause: "\(type(of: error))")
                return
            }
            let cause = "SQLite: \(failure.message ?? "no message") (\(failure.extendedResultCode.rawValue))"
            switch failure.extendedResultCode {
            case .SQLITE_FULL, .SQLITE_IOERR_SHMSIZE: self = .insufficientStorage(cause: cause)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
                self = .unusable(cause: cause)
            default: self = .failed(cause: cause)
            }
        }
    }
#endif
