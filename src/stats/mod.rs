//! Placeholder of the first commit; the module's own text replaces it.
