//! Ten classic mistakes of simulations, to be planted one at a time.
//!
//! Without the feature `faults` nothing can be planted: [`planted`] is a constant `false`, and the
//! compiler leaves no trace of the places that ask. With it, the variable `HUYING_FAULT` names one
//! mistake for the whole process, and the suite must find it (`tests/faults/run.sh`).

/// A mistake that can be planted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Events of one instant and phase happen in the reverse order of their scheduling.
    TieOrder,
    /// Two purposes read the same stream of random numbers.
    SharedStream,
    /// A server that was lent does not come back.
    ServerLeak,
    /// Work goes on after closing time.
    OffHoursWork,
    /// A pool that opens is not told that somebody waits.
    LostWakeUp,
    /// Interrupted work comes back before more urgent work.
    PriorityInversion,
    /// What is finished is reported as finished twice.
    DoubleClosing,
    /// A clock that should stand still runs on.
    ClockRuns,
    /// What is still under way counts as finished at the end of the watch.
    WrongCensoring,
    /// What happened before measuring began is counted.
    WarmUpCounted,
}

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 10] = [
        Fault::TieOrder,
        Fault::SharedStream,
        Fault::ServerLeak,
        Fault::OffHoursWork,
        Fault::LostWakeUp,
        Fault::PriorityInversion,
        Fault::DoubleClosing,
        Fault::ClockRuns,
        Fault::WrongCensoring,
        Fault::WarmUpCounted,
    ];
}

/// Is this mistake planted? Never, in this build.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub const fn planted(_: Fault) -> bool {
    false
}

/// Is this mistake planted in this process?
///
/// # Panics
/// If `HUYING_FAULT` names no mistake: a test of a mistake that is not there would prove nothing.
#[cfg(feature = "faults")]
pub fn planted(fault: Fault) -> bool {
    use std::sync::OnceLock;
    static PLANTED: OnceLock<Option<Fault>> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| {
        let name = std::env::var("HUYING_FAULT").ok().filter(|name| !name.is_empty())?;
        let found = Fault::ALL.into_iter().find(|fault| format!("{fault:?}") == name);
        Some(found.unwrap_or_else(|| panic!("HUYING_FAULT: no fault `{name}`; {:?}", Fault::ALL)))
    });
    *planted == Some(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_planted_by_itself() {
        // Catches: a mistake that is planted in an ordinary build, or without being named.
        if std::env::var_os("HUYING_FAULT").is_none() {
            assert!(Fault::ALL.into_iter().all(|fault| !planted(fault)));
        }
        // In an ordinary build the answer is known when compiling.
        #[cfg(not(feature = "faults"))]
        const {
            assert!(!planted(Fault::TieOrder))
        };
    }
}
