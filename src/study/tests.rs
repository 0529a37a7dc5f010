//! Checks of tables on small made-up results.
