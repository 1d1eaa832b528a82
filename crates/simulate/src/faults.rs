//! Faults that are planted between the parts, to see that the simulator finds them.

/// One fault, as a bad implementation might have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {
    /// Headquarters acknowledges commands before it has stored them, and then does not.
    AcknowledgeBeforeCommit,
    /// Headquarters tells commands apart by their sequence number instead of their id.
    DeduplicateBySequence,
    /// Headquarters takes a repeated command for another.
    ApplyTwice,
    /// Headquarters takes a batch in the wrong order.
    Reorder,
    /// A matter of attention is lost at headquarters.
    LoseAttention,
    /// A level is written that no movement explains.
    DriftLevel,
    /// A record that left somebody's sight is not evicted.
    DropEvict,
    /// A change is not sent.
    DropRow,
    /// An older state of a record is sent.
    SendStaleRow,
    /// A record of another region is sent.
    LeakRow,
    /// The cursor runs ahead of what was sent.
    CursorAhead,
    /// The device drops a command as soon as its push was answered.
    DropOnAnswer,
    /// The device forgets one base image, and so cannot undo.
    SkipUndo,
    /// The device loses a command without a trace.
    LoseCommand,
}

impl Planted {
    /// All of them.
    pub const ALL: &[Planted] = &[
        Planted::AcknowledgeBeforeCommit,
        Planted::DeduplicateBySequence,
        Planted::ApplyTwice,
        Planted::Reorder,
        Planted::LoseAttention,
        Planted::DriftLevel,
        Planted::DropEvict,
        Planted::DropRow,
        Planted::SendStaleRow,
        Planted::LeakRow,
        Planted::CursorAhead,
        Planted::DropOnAnswer,
        Planted::SkipUndo,
        Planted::LoseCommand,
    ];
}
