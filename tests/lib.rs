//! Stories through the whole of Outpost; see `stories.rs`.
