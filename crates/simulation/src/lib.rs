//! Many servers under one seed, with faults and checkers.
