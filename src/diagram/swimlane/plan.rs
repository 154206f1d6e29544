//! Which row and which lanes each step takes.
//!
//! Knows rows and lanes as counts. Must not know pixels.

use super::{Passage, Swimlane, Way};

/// A box: a step in neighbouring lanes. A step whose lanes are apart has several, of which one is the main one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    pub(super) step: usize,
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) row: usize,
    pub(super) is_main: bool,
}

/// Where everything stands, in rows and lanes.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) lanes: usize,
    pub(super) rows: usize,
    pub(super) units: Vec<Unit>,
    /// The range of units of each step; the main one is in it.
    pub(super) of_step: Vec<std::ops::Range<usize>>,
    /// By row and lane: which step stands there.
    cells: Vec<Option<usize>>,
}

impl Plan {
    pub(super) fn new(process: &Swimlane) -> Plan {
        let nobody = process.steps.iter().any(|step| !step.lanes.iter().any(|lane| *lane < process.lanes.len()));
        let mut plan = Plan { lanes: process.lanes.len() + usize::from(nobody), ..Plan::default() };
        let follows = plain_successors(process);
        let mut reach = None;
        for (index, step) in process.steps.iter().enumerate() {
            let mut lanes: Vec<usize> = step.lanes.iter().copied().filter(|lane| *lane < process.lanes.len()).collect();
            let main = lanes.first().copied().unwrap_or(process.lanes.len());
            if lanes.is_empty() {
                lanes.push(main);
            }
            lanes.sort_unstable();
            lanes.dedup();
            let (low, high) = (lanes.first().copied().unwrap_or(main), lanes.last().copied().unwrap_or(main));
            let moves_right = reach.is_some_and(|reach| low > reach) && follows.get(index).copied().unwrap_or(false);
            if !moves_right {
                plan.rows += 1;
                plan.cells.resize(plan.rows * plan.lanes, None);
            }
            reach = Some(high);
            plan.place(index, &lanes, main, low..=high);
        }
        plan
    }

    fn place(&mut self, step: usize, lanes: &[usize], main: usize, reach: std::ops::RangeInclusive<usize>) {
        let row = self.rows.saturating_sub(1);
        let start = self.units.len();
        for lane in lanes {
            match self.units.get_mut(start..).and_then(|units| units.last_mut()) {
                Some(unit) if unit.last + 1 == *lane => unit.last = *lane,
                _ => self.units.push(Unit { step, first: *lane, last: *lane, row, is_main: false }),
            }
        }
        for unit in self.units.iter_mut().skip(start) {
            unit.is_main = unit.first <= main && main <= unit.last;
        }
        for lane in reach {
            if let Some(cell) = self.cells.get_mut(row * self.lanes + lane) {
                *cell = Some(step);
            }
        }
        self.of_step.push(start..self.units.len());
    }

    /// The indices of the units of `step`.
    pub(super) fn units_of(&self, step: usize) -> std::ops::Range<usize> {
        self.of_step.get(step).cloned().unwrap_or_default()
    }

    /// The index of the unit in which `step` is told.
    pub(super) fn main(&self, step: usize) -> Option<usize> {
        self.units_of(step).find(|unit| self.units.get(*unit).is_some_and(|unit| unit.is_main))
    }

    pub(super) fn unit(&self, index: usize) -> Unit {
        self.units.get(index).copied().unwrap_or(Unit { step: 0, first: 0, last: 0, row: 0, is_main: true })
    }

    /// The step in a cell, or between the boxes of a step whose lanes are apart.
    pub(super) fn at(&self, row: usize, lane: usize) -> Option<usize> {
        self.cells.get(row * self.lanes + lane).copied().flatten()
    }
}

/// For each step whether the step before it leads to it without any condition.
fn plain_successors(process: &Swimlane) -> Vec<bool> {
    let mut follows = vec![false; process.steps.len()];
    let mut conditional = vec![false; process.steps.len()];
    for Passage { from, to, label, way } in &process.passages {
        if *to == from + 1 && *way != Way::Back {
            let marks = if label.trim().is_empty() { &mut follows } else { &mut conditional };
            if let Some(mark) = marks.get_mut(*to) {
                *mark = true;
            }
        }
    }
    follows.iter().zip(conditional).map(|(plain, conditional)| *plain && !conditional).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Lane, Step};
    use super::*;

    /// The rows of steps whose lanes are given.
    fn rows(steps: &[&[usize]]) -> Vec<usize> {
        let step = |lanes: &&[usize]| Step { lanes: lanes.to_vec(), ..Step::default() };
        let next = |to: usize| Passage { from: to - 1, to, label: String::new(), way: Way::Next };
        let process =
            Swimlane { lanes: vec![Lane::default(); 4], steps: steps.iter().map(step).collect(), passages: (1..steps.len()).map(next).collect() };
        let plan = Plan::new(&process);
        (0..steps.len()).map(|step| plan.unit(plan.main(step).unwrap()).row).collect()
    }

    #[test]
    fn what_moves_to_the_right_shares_a_row() {
        for (steps, expected) in [
            (&[&[0][..], &[1], &[2], &[0], &[3]][..], vec![0, 0, 0, 1, 1]),
            (&[&[0], &[0], &[1]], vec![0, 1, 1]),
            (&[&[0, 2], &[1], &[3]], vec![0, 1, 1]),
            (&[&[0, 1], &[2]], vec![0, 0]),
            (&[&[], &[9]], vec![0, 1]),
            (&[], vec![]),
        ] {
            assert_eq!(rows(steps), expected, "{steps:?}");
        }
    }
}
