//! Writes the keyed generator as a stream of 32-bit words to standard output, for a published
//! battery of tests (`run.sh`). Usage: `words ORDER PART SEED`, PART being `high` or `low` bits.

use std::io::{BufWriter, Write};
use std::process::ExitCode;

mod orders;

use orders::Order;

/// A word of the 52 bits that a uniform number has: the upper or the lower 32.
fn word(u: f64, high: bool) -> u32 {
    let bits = (u * 4_503_599_627_370_496.0) as u64;
    if high { (bits >> 20) as u32 } else { bits as u32 }
}

/// An order by its name in lower case.
fn find(name: &str) -> Option<Order> {
    Order::ALL.into_iter().find(|order| format!("{order:?}").to_lowercase() == name)
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [order, part, seed] = args.as_slice() else {
        eprintln!("usage: words ORDER high|low SEED; orders: {:?}, in lower case", Order::ALL);
        return ExitCode::from(2);
    };
    let (Some(order), Ok(seed)) = (find(order), seed.parse()) else {
        eprintln!("an order of {:?}, in lower case, and a whole number as seed", Order::ALL);
        return ExitCode::from(2);
    };
    let mut out = BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    // Ends when the battery has read enough and closes the pipe.
    for i in 0.. {
        let word = word(order.uniform(seed, i), part == "high");
        if out.write_all(&word.to_le_bytes()).is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}
