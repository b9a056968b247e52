//! State machines as data: rows of `(from, event, to)`, and [`next`], their only reader.

/// One legal move: in state `.0`, event `.1` leads to state `.2`.
pub type Move<S, E> = (S, E, S);

/// The state that `event` leads to from `from`, if the table allows it.
pub fn next<S: Copy + PartialEq, E: Copy + PartialEq>(table: &[Move<S, E>], from: S, event: E) -> Option<S> {
    table.iter().find(|(s, e, _)| *s == from && *e == event).map(|&(_, _, to)| to)
}

/// A move that the table does not list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{noun} is {state}, which does not allow {event}")]
pub struct Illegal {
    /// What is being moved.
    pub noun: &'static str,
    /// The state it is in.
    pub state: String,
    /// The event that was refused.
    pub event: String,
}

/// What a table says about itself, for the generic checks.
#[derive(Debug)]
pub struct Machine<'a, S: 'static, E: 'static> {
    /// The noun, for messages.
    pub noun: &'static str,
    /// Every legal move.
    pub moves: &'a [Move<S, E>],
    /// Where a life begins.
    pub initial: &'a [S],
    /// Where a life ends.
    pub finals: &'a [S],
    /// States that something must lead out of: each needs a way to succeed and a way to fail.
    pub transitional: &'a [S],
}

impl<S: Copy + PartialEq + std::fmt::Debug, E: Copy + PartialEq + std::fmt::Debug> Machine<'_, S, E> {
    /// [`next`] as a result.
    ///
    /// # Errors
    /// [`Illegal`] names noun, state and event.
    pub fn step(&self, from: S, event: E) -> Result<S, Illegal> {
        next(self.moves, from, event).ok_or_else(|| Illegal {
            noun: self.noun,
            state: format!("{from:?}"),
            event: format!("{event:?}"),
        })
    }

    /// Everything that is wrong with the table: a doubled key, a state nobody can reach, a transitional state without at
    /// least two different ways out, a final state that can be left for another.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (i, (s, e, _)) in self.moves.iter().enumerate() {
            if self.moves[..i].iter().any(|(s2, e2, _)| s2 == s && e2 == e) {
                faults.push(format!("{}: {s:?} × {e:?} is listed twice", self.noun));
            }
        }
        let mut reached: Vec<S> = self.initial.to_vec();
        let mut at = 0;
        while let Some(&state) = reached.get(at) {
            for &(_, _, to) in self.moves.iter().filter(|(s, _, _)| *s == state) {
                if !reached.contains(&to) {
                    reached.push(to);
                }
            }
            at += 1;
        }
        for (s, _, _) in self.moves {
            if !reached.contains(s) {
                faults.push(format!("{}: {s:?} cannot be reached", self.noun));
            }
        }
        for t in self.transitional {
            let mut ways: Vec<S> = Vec::new();
            for &(_, _, to) in self.moves.iter().filter(|(s, _, to)| s == t && to != t) {
                if !ways.contains(&to) {
                    ways.push(to);
                }
            }
            if ways.len() < 2 {
                faults.push(format!("{}: {t:?} needs a way to succeed and a way to fail, has {ways:?}", self.noun));
            }
        }
        for f in self.finals {
            if self.moves.iter().any(|(s, _, to)| s == f && to != f) {
                faults.push(format!("{}: final {f:?} can be left", self.noun));
            }
        }
        faults
    }
}
