//! The `huying` command: see `huying::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    huying::cli::main()
}
