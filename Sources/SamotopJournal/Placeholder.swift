enum SamotopJournalPlaceholder {}
