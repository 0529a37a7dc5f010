//! Control variates that follow the state of a queue.

/// What came to one queue and its copies, cell by cell of a grid of time, and who was there.
///
/// The length of a queue is driven by the surplus of what comes over what was expected, weighted
/// with the length of the line at that moment: the integral of a line is, but for its ends, a
/// martingale in that surplus. The sum over cells of (line at the start of the cell) times
/// (arrivals in it, less their mean) has mean zero **whatever the servers do**, since the line at
/// the start cannot know what comes later; so does the sum over customers of (line at the start of
/// their cell) times (their service, less its mean). Both follow the noise of the mean wait closely
/// and therefore explain most of it (Henderson and Glynn, "Approximating martingales for variance
/// reduction in Markov process simulation", Mathematics of Operations Research 27, 2002).
///
/// A mistake of the servers or of the order of service is not hidden. A wrong mean of arrivals or
/// services would be put right, which is why both are compared by themselves, without controls.
pub(super) struct Grid {
    from: i64,
    /// Length of a cell [s].
    cell: i64,
    /// Cells of one copy that are counted; the rest of the window is there to see services end.
    counted: usize,
    /// One more than the grid points of one copy.
    stride: usize,
    /// Change of the number present at each point, by copy.
    change: Vec<i32>,
    /// Arrivals in each cell.
    arrived: Vec<u32>,
    /// Served customers of each cell: what their services exceed their means by [s].
    surplus: Vec<f64>,
}

/// Cells at the end that are not counted: so long that who came before has left.
const TAIL: usize = 96;

/// The two sums of a [`Grid`].
pub(super) struct Sums {
    /// Line times surplus of arrivals.
    pub(super) arrivals: f64,
    /// Line times surplus of service [s].
    pub(super) services: f64,
}

impl Grid {
    /// A grid over the window `[from, to)`; none if it has too few cells to be of use.
    pub(super) fn new(from: i64, to: i64, cell: i64, copies: usize) -> Option<Grid> {
        let cells = usize::try_from((to - from) / cell).ok()?;
        let counted = cells.checked_sub(TAIL).filter(|counted| *counted >= TAIL)?;
        let stride = cells + 2;
        let n = stride * copies;
        let (change, arrived, surplus) = (vec![0; n], vec![0; n], vec![0.0; n]);
        Some(Grid { from, cell, counted, stride, change, arrived, surplus })
    }

    /// Somebody came to a copy and was there until `end`; `surplus` of those that were served.
    #[inline]
    pub(super) fn count(&mut self, copy: usize, came: i64, end: i64, surplus: Option<f64>) {
        let base = copy * self.stride;
        let last = (self.stride - 1) as i64;
        let point = |at: i64| (at - self.from).div_euclid(self.cell).clamp(-1, last - 1) + 1;
        let (enters, leaves) = (point(came), point(end));
        self.change[base + enters as usize] += 1;
        self.change[base + leaves as usize] -= 1;
        // Who came in the cell before point `enters`.
        if came >= self.from && enters > 0 {
            let cell = base + enters as usize - 1;
            self.arrived[cell] += 1;
            self.surplus[cell] += surplus.unwrap_or(0.0);
        }
    }

    /// Somebody came and was turned away.
    pub(super) fn turned_away(&mut self, copy: usize, came: i64) {
        self.count(copy, came, came, None);
    }

    /// The sums, with the line as what is present beyond the servers; `rate` is arrivals per second
    /// of one copy.
    pub(super) fn sums(&self, servers: u32, rate: f64) -> Sums {
        let mean = rate * self.cell as f64;
        let mut sums = Sums { arrivals: 0.0, services: 0.0 };
        for copy in 0..self.change.len() / self.stride {
            let base = copy * self.stride;
            let mut present = 0;
            for cell in base..base + self.counted {
                present += self.change[cell];
                let line = f64::from((present - servers as i32).max(0));
                sums.arrivals += line * (f64::from(self.arrived[cell]) - mean);
                sums.services += line * self.surplus[cell];
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Catches customers counted in the line of their own cell, cells off by one, and ends beyond
    // the window.
    #[test]
    fn the_line_is_that_before_the_cell() {
        let cells = 2 * TAIL as i64;
        let mut grid = Grid::new(1000, 1000 + 10 * cells, 10, 2).unwrap();
        // There from before the window on, until inside cell 2: present at points 0, 1, 2.
        grid.count(1, 900, 1025, None);
        // Comes in cell 1, leaves at the end of the world: present from point 2 on.
        grid.count(1, 1010, 1_000_000, Some(4.0));
        // Comes in cell 2, at its first second.
        grid.count(1, 1020, 1029, Some(-1.0));
        // Turned away in cell 2.
        grid.turned_away(1, 1027);
        let sums = grid.sums(0, 0.0);
        // Cell 1 has one before it, cell 2 two.
        assert!((sums.services - (4.0 - 2.0)).abs() < 1e-12, "{}", sums.services);
        assert!((sums.arrivals - (1.0 + 2.0 * 2.0)).abs() < 1e-12, "{}", sums.arrivals);
        let spared = grid.sums(1, 0.0);
        assert!((spared.arrivals - 2.0).abs() < 1e-12, "{}", spared.arrivals);
        // What is expected is taken off: the line of 1 + 1 + 2, then of one until the tail.
        let expected = grid.sums(0, 0.1);
        let line = 1.0 + 1.0 + 2.0 + (TAIL as f64 - 3.0);
        assert!((expected.arrivals - (5.0 - line)).abs() < 1e-9, "{}", expected.arrivals);
    }

    // Catches a grid that is built where the window is too short for it.
    #[test]
    fn short_windows_have_no_grid() {
        assert!(Grid::new(0, 10 * TAIL as i64, 10, 1).is_none());
    }
}
