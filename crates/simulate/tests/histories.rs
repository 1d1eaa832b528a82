//! Histories that are always lived through, and faults that must be found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_simulate::{Options, Planted, run, shrink};

#[test]
fn nothing_is_lost_in_a_hundred_histories() {
    for seed in 0..std::env::var("SEEDS").map_or(100, |seeds| seeds.parse().unwrap()) {
        let options = Options::new(seed);
        if let Some(broken) = run(&options).unwrap().broken {
            let (short, broken) = shrink(&options, &broken).unwrap();
            let log = run(&Options { log: true, ..short }).unwrap().log.join("\n");
            panic!("seed {seed}: {broken:?}\n{log}");
        }
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
