// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * What does not fit. Stable: screens and scripts branch on it.
 */
export type Code = "RightMissing" | "ActorInactive" | "RecordMissing" | "FieldEmpty" | "FieldTooLong" | "FieldInvalid" | "TicketNotYours" | "TicketClosed" | "TicketTaken" | "TicketUntaken" | "TicketBroughtBack" | "RecordBroughtBack" | "StepNotYours" | "StepDone" | "StepOutOfOrder" | "StepNotActive" | "DemandsMissing" | "EntryContested" | "NotAnEngineer" | "ReadingImplausible" | "QuantityNotPositive" | "QuantityNotWhole" | "QuantityImplausible" | "StockBelowZero" | "ReturnExceedsUse" | "SamePlace" | "CodeTaken" | "DeviceKnown" | "FieldContested" | "AttentionNotYours" | "LoginTaken" | "LastAdministrator" | "CommandUnknown" | "RequirementRefused" | "OutOfSight" | "CommandFaulty" | "ClockImplausible" | "ReplicaRevoked";
