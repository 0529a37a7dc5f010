//! The `huying` command: see `huying::cli`.

fn main() {}
