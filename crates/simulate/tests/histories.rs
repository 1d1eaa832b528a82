//! Histories that are always lived through, and faults that must be found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_cluster::{Cluster, Disk};
use outpost_simulate::{Fault, Ground, Options, Planted, run, shrink};
use std::collections::BTreeSet;

fn nothing_is_lost(options: &Options) {
    if let Some(broken) = run(options).unwrap().broken {
        let (short, broken) = shrink(options, &broken).unwrap();
        let log = run(&Options { log: true, ..short }).unwrap().log.join("\n");
        panic!("seed {}: {broken:?}\n{log}", options.seed);
    }
}

#[test]
fn nothing_is_lost_in_a_hundred_histories() {
    (0..100).for_each(|seed| nothing_is_lost(&Options::new(seed)));
}

/// A first sync that was under way when headquarters was restored went on from a position that the restored one had never
/// given out, and left out what had changed between; and another kept away what had left somebody's sight in a lost commit.
#[test]
fn what_once_was_lost_is_lost_no_more() {
    // They are of a time when there were neither files nor devices that empty themselves.
    let since = [Fault::File, Fault::Wipe];
    let faults: BTreeSet<Fault> = Fault::ALL.iter().copied().filter(|fault| !since.contains(fault)).collect();
    for seed in [100_073, 103_036] {
        nothing_is_lost(&Options { faults: faults.clone(), ..Options::new(seed) });
    }
}

#[test]
fn nothing_is_lost_on_postgresql_either() {
    let cluster = Cluster::start(Disk::NotWaited).unwrap();
    let ground = Ground::postgres(&cluster.socket("postgres")).unwrap();
    (100..110).for_each(|seed| nothing_is_lost(&Options { ground: ground.clone(), ..Options::new(seed) }));
}

/// A crash of headquarters happens after so many steps of the engine's own, so only histories without one are comparable.
#[test]
fn a_history_is_the_same_on_both_engines() {
    let cluster = Cluster::start(Disk::NotWaited).unwrap();
    let ground = Ground::postgres(&cluster.socket("postgres")).unwrap();
    let faults = Fault::ALL.iter().copied().filter(|fault| *fault != Fault::HeadquartersCrash);
    let faults: BTreeSet<Fault> = faults.collect();
    for seed in [3, 11] {
        let on_sqlite = Options { log: true, faults: faults.clone(), ..Options::new(seed) };
        let on_postgres = Options { ground: ground.clone(), ..on_sqlite.clone() };
        let (one, other) = (run(&on_sqlite).unwrap(), run(&on_postgres).unwrap());
        assert_eq!((one.broken, other.broken), (None, None));
        assert!(one.log.len() > 100);
        assert_eq!(one.log, other.log);
    }
}

#[test]
fn the_same_seed_gives_the_same_log() {
    for seed in [1, 7, 42] {
        let logged = || run(&Options { log: true, ..Options::new(seed) }).unwrap().log;
        let log = logged();
        assert!(log.len() > 100);
        assert_eq!(log, logged());
    }
}

#[test]
fn every_planted_fault_is_found() {
    for planted in Planted::ALL {
        let mut tried = (0..200).map(|seed| run(&Options { planted: Some(*planted), ..Options::new(seed) }).unwrap());
        let found = tried.find_map(|history| history.broken);
        assert!(found.is_some(), "{planted:?} was not found");
    }
}
