//! What may go wrong in a history; and faults that are planted between the parts, to see that the simulator finds them.

/// What may go wrong around the parts, and must do no harm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// A request or an answer is lost, or an answer breaks off.
    Drop,
    /// A request arrives late.
    Late,
    /// A request arrives twice, once of them late.
    Duplicate,
    /// Something else arrives than was asked for, as a guest network's page.
    Garbage,
    /// Headquarters breaks off amid its work.
    HeadquartersCrash,
    /// A device breaks off amid its work.
    DeviceCrash,
    /// A device is copied, and both go on.
    Clone,
    /// Headquarters comes back from a backup.
    Restore,
    /// A device is reported lost, and found again.
    Revoke,
    /// A device that was reported lost hears of it, hands in what it has, and removes everything.
    Wipe,
    /// Files are attached, and travel in a lane of their own.
    File,
    /// People, tickets, sites and places move to another region.
    Reassign,
    /// A device gives a command that headquarters does not know yet.
    Version,
    /// A device's clock jumps.
    Clock,
    /// Somebody sends by hand what they may not do.
    Forge,
    /// Several people change the fields of one record.
    Edit,
    /// A device has a program of before, which is renewed some day.
    Older,
    /// Time passes at headquarters, and things are due.
    Timer,
}

impl Fault {
    /// All of them.
    pub const ALL: &[Fault] = &[
        Fault::Drop,
        Fault::Late,
        Fault::Duplicate,
        Fault::Garbage,
        Fault::HeadquartersCrash,
        Fault::DeviceCrash,
        Fault::Clone,
        Fault::Restore,
        Fault::Revoke,
        Fault::Wipe,
        Fault::File,
        Fault::Reassign,
        Fault::Version,
        Fault::Clock,
        Fault::Forge,
        Fault::Edit,
        Fault::Older,
        Fault::Timer,
    ];
}

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
    /// A device that was reported lost removes everything before it has handed in what it has.
    WipeUnsent,
    /// The device takes a file for arrived before it was sent.
    ForgetFile,
    /// Headquarters does what somebody may not do.
    IgnoreRights,
    /// Headquarters writes a whole record over another.
    OverwriteField,
    /// A device forgets what its program could not read.
    ForgetNewer,
    /// Headquarters forgets what it was going to do.
    ForgetTimer,
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
        Planted::WipeUnsent,
        Planted::ForgetFile,
        Planted::IgnoreRights,
        Planted::OverwriteField,
        Planted::ForgetNewer,
        Planted::ForgetTimer,
    ];
}
