// Written by `./dev generate` from the Rust types. Do not edit.
import type { AddNote } from "./AddNote";
import type { AdjustStock } from "./AdjustStock";
import type { AssignTicket } from "./AssignTicket";
import type { AttachFile } from "./AttachFile";
import type { BindTag } from "./BindTag";
import type { BringBack } from "./BringBack";
import type { CancelTicket } from "./CancelTicket";
import type { ChooseEntry } from "./ChooseEntry";
import type { ClaimTicket } from "./ClaimTicket";
import type { CompleteStep } from "./CompleteStep";
import type { CountStock } from "./CountStock";
import type { HandOverAttention } from "./HandOverAttention";
import type { HandOverTicket } from "./HandOverTicket";
import type { IssueStock } from "./IssueStock";
import type { OpenTicket } from "./OpenTicket";
import type { PauseStep } from "./PauseStep";
import type { ReceiveStock } from "./ReceiveStock";
import type { RecordEntry } from "./RecordEntry";
import type { ReleaseCommand } from "./ReleaseCommand";
import type { RemindTicket } from "./RemindTicket";
import type { ResolveAttention } from "./ResolveAttention";
import type { ReturnPart } from "./ReturnPart";
import type { SaveContact } from "./SaveContact";
import type { SaveCustomer } from "./SaveCustomer";
import type { SaveDevice } from "./SaveDevice";
import type { SaveDeviceModel } from "./SaveDeviceModel";
import type { SavePart } from "./SavePart";
import type { SaveRegion } from "./SaveRegion";
import type { SaveSite } from "./SaveSite";
import type { SaveStockLocation } from "./SaveStockLocation";
import type { SaveUser } from "./SaveUser";
import type { StartStep } from "./StartStep";
import type { TransferStock } from "./TransferStock";
import type { TriageTicket } from "./TriageTicket";
import type { UsePart } from "./UsePart";

/**
 * Whatever a person does. Nothing else changes data.
 */
export type Command = { "name": "OpenTicket", "payload": OpenTicket } | { "name": "ClaimTicket", "payload": ClaimTicket } | { "name": "AssignTicket", "payload": AssignTicket } | { "name": "HandOverTicket", "payload": HandOverTicket } | { "name": "TriageTicket", "payload": TriageTicket } | { "name": "CancelTicket", "payload": CancelTicket } | { "name": "RemindTicket", "payload": RemindTicket } | { "name": "StartStep", "payload": StartStep } | { "name": "PauseStep", "payload": PauseStep } | { "name": "RecordEntry", "payload": RecordEntry } | { "name": "CompleteStep", "payload": CompleteStep } | { "name": "ChooseEntry", "payload": ChooseEntry } | { "name": "AddNote", "payload": AddNote } | { "name": "AttachFile", "payload": AttachFile } | { "name": "UsePart", "payload": UsePart } | { "name": "ReturnPart", "payload": ReturnPart } | { "name": "ReceiveStock", "payload": ReceiveStock } | { "name": "IssueStock", "payload": IssueStock } | { "name": "TransferStock", "payload": TransferStock } | { "name": "AdjustStock", "payload": AdjustStock } | { "name": "CountStock", "payload": CountStock } | { "name": "HandOverAttention", "payload": HandOverAttention } | { "name": "ResolveAttention", "payload": ResolveAttention } | { "name": "ReleaseCommand", "payload": ReleaseCommand } | { "name": "BindTag", "payload": BindTag } | { "name": "SaveCustomer", "payload": SaveCustomer } | { "name": "SaveContact", "payload": SaveContact } | { "name": "SaveSite", "payload": SaveSite } | { "name": "SaveDevice", "payload": SaveDevice } | { "name": "SaveDeviceModel", "payload": SaveDeviceModel } | { "name": "SavePart", "payload": SavePart } | { "name": "SaveStockLocation", "payload": SaveStockLocation } | { "name": "SaveUser", "payload": SaveUser } | { "name": "SaveRegion", "payload": SaveRegion } | { "name": "BringBack", "payload": BringBack };
