// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What does not fit. Stable: screens and scripts branch on it.
 */
export type Code = "RightMissing" | "ActorInactive" | "RecordMissing" | "FieldEmpty" | "FieldTooLong" | "FieldInvalid" | "TicketNotYours" | "TicketClosed" | "TicketTaken" | "StepNotYours" | "StepDone" | "StepOutOfOrder" | "StepNotActive" | "DemandsMissing" | "ReadingImplausible" | "QuantityNotPositive" | "StockBelowZero" | "ReturnExceedsUse" | "SamePlace" | "CodeTaken" | "CommandUnknown" | "RequirementRefused" | "OutOfSight" | "ReplicaRevoked";
