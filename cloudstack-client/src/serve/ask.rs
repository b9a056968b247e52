//! What a command is given: the caller, the parameters, the newest rows.

use super::Api;
use super::args::Args;
use super::fault::Fault;
use super::write::{Object, Out};
use crate::catalogue::{self, Answer, Command, Shape};
use cloudstack_core::Cloud;
use cloudstack_core::base::id::{EntityId, JobId};
use cloudstack_core::base::{Caller, Error};
use cloudstack_core::flow::setting;
use cloudstack_core::flow::verb::Verb;
use cloudstack_core::ledger::View;
use std::sync::Arc;

/// A request that was read and may be answered.
pub(crate) struct Ask<'a> {
    pub(crate) api: &'a Api,
    pub(crate) caller: &'a Caller,
    pub(crate) row: &'static Command,
    pub(crate) args: Args<'a>,
    view: Arc<View>,
}

/// Writes an answer that is known once only: a new secret, say.
pub(crate) type Tell = Box<dyn FnOnce(Look<'_>, &mut Object<'_>) + Send>;

/// What a command that changes something did.
#[derive(Default)]
pub(crate) struct Done {
    /// The thing it made or changed, to be shown.
    pub(crate) id: Option<u128>,
    /// The job that goes on.
    pub(crate) job: Option<JobId>,
    /// What is told instead of showing the thing: one object, or several in a list.
    pub(crate) tell: Vec<Tell>,
}

impl Done {
    /// Done, and this is told.
    pub(crate) fn told(tell: impl FnOnce(Look<'_>, &mut Object<'_>) + Send + 'static) -> Self {
        Self { tell: vec![Box::new(tell)], ..Self::default() }
    }

    /// Done, and these are told.
    pub(crate) fn listed<T: Send + 'static>(
        rows: Vec<T>,
        tell: impl Fn(Look<'_>, T, &mut Object<'_>) + Clone + Send + 'static,
    ) -> Self {
        let one = |row: T| -> Tell {
            let tell = tell.clone();
            Box::new(move |look: Look<'_>, o: &mut Object<'_>| tell(look, row, o))
        };
        Self { tell: rows.into_iter().map(one).collect(), ..Self::default() }
    }

    /// The same about another thing.
    pub(crate) fn about(self, id: impl EntityId) -> Self {
        Self { id: Some(id.to_u128()), ..self }
    }
}

impl<'a> Ask<'a> {
    pub(crate) fn new(
        api: &'a Api,
        caller: &'a Caller,
        row: &'static Command,
        args: Args<'a>,
        view: Arc<View>,
    ) -> Self {
        Self { api, caller, row, args, view }
    }

    /// The rows as they were when the request came in.
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    pub(crate) fn cloud(&self) -> &Arc<Cloud> {
        self.api.cloud()
    }

    /// What is needed to show things.
    pub(crate) fn look(&self) -> Look<'_> {
        Look { api: self.api, view: &self.view, caller: self.caller }
    }

    /// What an error of the core is to this caller.
    pub(crate) fn fault(&self, error: &Error) -> Fault {
        Fault::of(error, self.caller)
    }

    /// Does a verb: to its end, or, if the command answers with a job, as far as that there is one. `about` says which thing
    /// an answer is about.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(crate) async fn run<V: Verb>(
        &self,
        verb: V,
        about: impl Fn(&V::Answer) -> Option<u128> + Send + Sync,
    ) -> Result<(V::Answer, Done), Fault> {
        if !self.row.answer.is_async() {
            let answer = self.also(verb).await?;
            let id = about(&answer);
            return Ok((answer, Done { id, ..Done::default() }));
        }
        let begun = self.cloud().run_with(self.caller, verb, self.row.name, &about).await;
        let begun = begun.map_err(|e| self.fault(&e))?;
        let id = about(&begun.answer);
        Ok((begun.answer, Done { id, job: begun.job, ..Done::default() }))
    }

    /// Does one more verb of the same request, to its end.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(crate) async fn also<V: Verb>(&self, verb: V) -> Result<V::Answer, Fault> {
        let begun = self.cloud().run(self.caller, verb).await.map_err(|e| self.fault(&e))?;
        begun.done().await.map_err(|e| self.fault(&e))
    }

    /// Does a verb about a thing that is there; the answer is of no interest.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(crate) async fn act<V: Verb>(&self, verb: V, entity: impl EntityId) -> Result<Done, Fault> {
        let id = entity.to_u128();
        self.run(verb, move |_| Some(id)).await.map(|(_, done)| done)
    }

    /// Does a verb whose answer is the id of what it made.
    ///
    /// # Errors
    /// Why it cannot be done.
    pub(crate) async fn make<V: Verb>(&self, verb: V) -> Result<Done, Fault>
    where
        V::Answer: EntityId,
    {
        self.run(verb, |id| Some(id.to_u128())).await.map(|(_, done)| done)
    }
}

/// What is needed to show a thing: the rows it is joined with, and who looks.
#[derive(Clone, Copy)]
pub(crate) struct Look<'a> {
    pub(crate) api: &'a Api,
    pub(crate) view: &'a View,
    pub(crate) caller: &'a Caller,
}

/// Shows one thing by its id; false if it is not there any more.
pub(crate) type Show = fn(Look<'_>, u128, &mut Object<'_>) -> bool;

/// Where a reading command writes its answer.
pub(crate) struct Reply<'r> {
    pub(crate) out: &'r mut Out,
    pub(crate) row: &'static Command,
}

impl Reply<'_> {
    /// A page of a list.
    pub(crate) fn list<'v, R: 'v>(&mut self, page: Page<'v, R>, write: impl FnMut(&mut Object<'_>, &'v R)) {
        self.out.list(self.row.object, self.row.reply, page.total, page.rows, write);
    }

    /// A page that was made elsewhere.
    pub(crate) fn some<T>(
        &mut self,
        total: usize,
        rows: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut Object<'_>, T),
    ) {
        self.out.list(self.row.object, self.row.reply, total, rows, write);
    }

    /// A list that is there whole.
    pub(crate) fn all<T>(&mut self, rows: Vec<T>, write: impl FnMut(&mut Object<'_>, T)) {
        let total = rows.len();
        self.out.list(self.row.object, self.row.reply, total, rows, write);
    }

    /// An empty list.
    pub(crate) fn none(&mut self) {
        self.all(Vec::<()>::new(), |_, ()| {});
    }

    /// One object.
    pub(crate) fn one(&mut self, write: impl FnOnce(&mut Object<'_>)) {
        match self.row.object {
            "" => self.out.fields(Some(self.row.reply), write),
            name => self.out.object(name, self.row.reply, write),
        }
    }
}

/// Which rows of a list are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    pub(crate) skip: usize,
    pub(crate) take: usize,
}

impl Paging {
    /// What `page` and `pagesize` ask for.
    ///
    /// # Errors
    /// 431 if they do not go together, or ask for too much.
    pub(crate) fn of(ask: &Ask<'_>) -> Result<Self, Fault> {
        let most = setting::int(ask.view(), "default.page.size");
        let whole = |name| if ask.args.knows(name) { ask.args.whole(name) } else { None };
        Self::read(whole("page"), whole("pagesize"), most)
    }

    fn read(page: Option<i64>, size: Option<i64>, most: i64) -> Result<Self, Fault> {
        let limit = usize::try_from(most).unwrap_or(usize::MAX);
        match (page, size) {
            (None, None) => Ok(Self { skip: 0, take: limit }),
            (None, Some(-1)) if most == -1 => Ok(Self { skip: 0, take: usize::MAX }),
            (Some(_), Some(-1)) => Err(Fault::invalid("pagesize", "-1", "without an end there are no pages")),
            (_, Some(-1)) => Err(Fault::invalid("pagesize", "-1", &format!("give 1 to {most}"))),
            (Some(_), None) => Err(Fault::refused("parameter `page` needs `pagesize` beside it")),
            (None, Some(_)) => Err(Fault::refused("parameter `pagesize` needs `page` beside it")),
            (Some(page), Some(size)) => {
                if size < 1 || most != -1 && size > most {
                    return Err(Fault::invalid("pagesize", &size.to_string(), &format!("give 1 to {most}")));
                }
                let take = usize::try_from(size).unwrap_or(usize::MAX);
                let page = usize::try_from(page.max(1) - 1).unwrap_or(usize::MAX);
                Ok(Self { skip: page.saturating_mul(take), take })
            }
        }
    }
}

/// The rows of one page, and how many there are in all.
pub(crate) struct Page<'v, R> {
    pub(crate) total: usize,
    pub(crate) rows: Vec<&'v R>,
}

impl<'v, R> Page<'v, R> {
    /// The rows that a request asks for, out of those that it is about. The total is counted unless it is known.
    ///
    /// # Errors
    /// As [`Paging::of`].
    pub(crate) fn of(
        ask: &Ask<'_>,
        known: Option<usize>,
        mut rows: impl Iterator<Item = &'v R>,
    ) -> Result<Self, Fault> {
        let Paging { skip, take } = Paging::of(ask)?;
        let mut page = Vec::new();
        let mut passed = 0;
        for row in rows.by_ref() {
            passed += 1;
            if passed > skip {
                page.push(row);
                if page.len() == take {
                    break;
                }
            }
        }
        let total = known.unwrap_or_else(|| passed + rows.count());
        Ok(Self { total, rows: page })
    }
}

/// How a command is answered.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// By reading rows.
    Read(fn(&Ask<'_>, &mut Reply<'_>) -> Result<(), Fault>),
    /// By a verb. What it made or changed is shown in the end; success alone if there is nothing to show.
    Act(for<'a> fn(&'a Ask<'a>) -> Acting<'a>, Option<Shown>),
}

/// How a thing is shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) show: Show,
    /// The command whose answer has the shape, if it is not this one's own.
    pub(crate) like: Option<&'static str>,
}

impl Shown {
    /// The shape of what is shown by this command.
    pub(crate) fn shape(&self, row: &Command) -> &'static Shape {
        self.like.and_then(catalogue::find).map_or(row.reply, |row| row.reply)
    }
}

/// A verb under way.
pub(crate) type Acting<'a> = std::pin::Pin<Box<dyn Future<Output = Result<Done, Fault>> + Send + 'a>>;

/// A command that is bound.
#[derive(Clone, Copy)]
pub(crate) struct Bind {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
}

/// Rows of the table of bound commands: `"name" read function;`, `"name" act function;` for those that only succeed, and
/// `"name" act function, show;` for those that show a thing; `as "name"` if it has the shape of another command's answer.
macro_rules! binds {
    ($($name:literal $how:ident $function:path $(, $show:path $(as $like:literal)?)?;)*) => {
        /// The commands of this area.
        pub(crate) const BINDS: &[$crate::serve::ask::Bind] = &[$(
            $crate::serve::ask::Bind { name: $name, run: binds!(@ $how $function $(, $show $(as $like)?)?) },
        )*];
    };
    (@ read $function:path) => { $crate::serve::ask::Run::Read($function) };
    (@ act $function:path) => { $crate::serve::ask::Run::Act(|ask| Box::pin($function(ask)), None) };
    (@ act $function:path, $show:path) => {
        $crate::serve::ask::Run::Act(
            |ask| Box::pin($function(ask)),
            Some($crate::serve::ask::Shown { show: $show, like: None }),
        )
    };
    (@ act $function:path, $show:path as $like:literal) => {
        $crate::serve::ask::Run::Act(
            |ask| Box::pin($function(ask)),
            Some($crate::serve::ask::Shown { show: $show, like: Some($like) }),
        )
    };
}
pub(crate) use binds;

/// True if the answer names what is made before its job is done.
pub(crate) fn names_what_it_makes(row: &Command) -> bool {
    row.answer == Answer::AsyncCreate
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: API-09
    #[test]
    fn pages_go_with_their_size() {
        for (page, size, most, expected) in [
            (None, None, 500, Some((0, 500))),
            (Some(1), Some(10), 500, Some((0, 10))),
            (Some(3), Some(10), 500, Some((20, 10))),
            (Some(0), Some(10), 500, Some((0, 10))),
            (Some(-4), Some(10), 500, Some((0, 10))),
            (Some(1), Some(500), 500, Some((0, 500))),
            (Some(1), Some(501), 500, None),
            (Some(1), Some(0), 500, None),
            (Some(1), None, 500, None),
            (None, Some(10), 500, None),
            (None, Some(-1), 500, None),
            (None, Some(-1), -1, Some((0, usize::MAX))),
            (Some(1), Some(-1), -1, None),
        ] {
            let read = Paging::read(page, size, most);
            let seen = read.as_ref().ok().map(|p| (p.skip, p.take));
            assert_eq!(seen, expected, "{page:?} {size:?} {most}");
            assert!(read.err().is_none_or(|f| f.code == 431), "{page:?} {size:?} {most}");
        }
    }
}
