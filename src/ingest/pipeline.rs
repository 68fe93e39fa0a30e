//! Many threads read, one writes, and what is written comes in the order of the files.
//!
//! A worker may run ahead of the writer by a few batches only, so memory does not grow with the archive; the writer
//! holds what comes early until its turn.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

use crate::Result;

/// Batches that a file may send before it is its turn.
const AHEAD: usize = 2;

/// Files that may be worked on before the one whose turn it is.
const WINDOW: usize = 64;

/// What comes of one file, in order.
#[derive(Debug)]
pub(super) enum Piece<T> {
    /// Some of its items.
    Items(Vec<T>),
    /// There is no more.
    End,
}

/// Whose turn it is; beyond all files once the work is given up.
struct Turn {
    current: Mutex<usize>,
    changed: Condvar,
}

impl Turn {
    fn pass_to(&self, index: usize) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = index;
        self.changed.notify_all();
    }

    /// Waits until at most `ahead` files are to come before this one; `false` when the work was given up.
    fn wait(&self, index: usize, ahead: usize) -> bool {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_while(current, |current| index > current.saturating_add(ahead));
        *waited.unwrap_or_else(PoisonError::into_inner) != usize::MAX
    }
}

/// Reads the file of a number and sends its items; `false` says that nobody wants more.
pub(super) type Work<'a, T> = dyn Fn(usize, &mut dyn FnMut(Vec<T>) -> bool) + Sync + 'a;

/// Works on `count` files in `threads` threads. `work` is given the number of a file and sends its items; it stops when
/// sending returns `false`. `take` is called in the order of the files; its error ends everything.
pub(super) fn run<T: Send>(
    count: usize,
    threads: usize,
    work: &Work<'_, T>,
    take: &mut dyn FnMut(usize, Piece<T>) -> Result<()>,
) -> Result<()> {
    let next = AtomicUsize::new(0);
    let turn = Turn {
        current: Mutex::new(0),
        changed: Condvar::new(),
    };
    let (sender, receiver) = mpsc::sync_channel::<(usize, Piece<T>)>(threads * AHEAD);
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            let sender = sender.clone();
            let (next, turn) = (&next, &turn);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count || !turn.wait(index, WINDOW) {
                        return;
                    }
                    let mut sent = 0;
                    work(index, &mut |items| {
                        sent += 1;
                        let allowed = sent <= AHEAD || turn.wait(index, 0);
                        allowed && sender.send((index, Piece::Items(items))).is_ok()
                    });
                    if sender.send((index, Piece::End)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let taken = in_order(&receiver, &turn, take);
        // Workers that wait for their turn, or to send, learn that nobody listens any more.
        turn.pass_to(usize::MAX);
        drop(receiver);
        taken
    })
}

fn in_order<T>(
    receiver: &mpsc::Receiver<(usize, Piece<T>)>,
    turn: &Turn,
    take: &mut dyn FnMut(usize, Piece<T>) -> Result<()>,
) -> Result<()> {
    let mut current = 0;
    let mut early: BTreeMap<usize, Vec<Piece<T>>> = BTreeMap::new();
    for (index, piece) in receiver {
        if index != current {
            early.entry(index).or_default().push(piece);
            continue;
        }
        let mut ended = matches!(piece, Piece::End);
        take(index, piece)?;
        while ended {
            current += 1;
            turn.pass_to(current);
            ended = false;
            for piece in early.remove(&current).unwrap_or_default() {
                ended = matches!(piece, Piece::End);
                take(current, piece)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, ErrorKind};

    // The same files must give the same archive whatever the threads do.
    #[test]
    fn items_come_in_the_order_of_the_files() {
        let work = |index: usize, send: &mut dyn FnMut(Vec<usize>) -> bool| {
            if index.is_multiple_of(3) {
                std::thread::sleep(std::time::Duration::from_millis(2));
            }
            for part in 0..index % 7 {
                assert!(send(vec![index * 10 + part]));
            }
        };
        let mut taken = Vec::new();
        let mut ended = 0;
        run(100, 4, &work, &mut |_, piece| {
            match piece {
                Piece::Items(items) => taken.extend(items),
                Piece::End => ended += 1,
            }
            Ok(())
        })
        .unwrap();
        let expected: Vec<usize> = (0..100)
            .flat_map(|index| (0..index % 7).map(move |part| index * 10 + part))
            .collect();
        assert_eq!((taken, ended), (expected, 100));
    }

    // A full disk must end the run, not hang it.
    #[test]
    fn an_error_ends_the_run() {
        let work = |_: usize, send: &mut dyn FnMut(Vec<u8>) -> bool| while send(vec![0; 10]) {};
        let result = run(50, 3, &work, &mut |_, _| {
            Err(Error::new(ErrorKind::Io, "no space left"))
        });
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
    }
}
