//! The contract that every backend passes, as a list of named cases.
