// Written by `./dev generate` from the Rust types. Do not edit.

/**
 * Something to do to this installation.
 */
export type Action = { "name": "Enrol", "ask": { 
/**
 * `outpost://enrol?…` or `http(s)://…/enrol#…`
 */
link: string, 
/**
 * What the device is to be called.
 */
device_name: string, 
/**
 * Whether headquarters may be reached without encryption, although everybody on the way can read and change what is sent.
 * On the same machine it may be anyway.
 */
plain?: boolean, } } | { "name": "SyncNow", "ask": Record<symbol, never> } | { "name": "StopSync", "ask": Record<symbol, never> } | { "name": "SetWifiOnly", "ask": { 
/**
 * Whether they wait while the line is metered.
 */
wifi_only: boolean, } } | { "name": "ReportConnection", "ask": { 
/**
 * Whether what goes over it costs.
 */
metered: boolean, } } | { "name": "SendFilesAnyway", "ask": Record<symbol, never> } | { "name": "SignIn", "ask": { 
/**
 * What they sign in with.
 */
login: string, 
/**
 * Their password.
 */
password: string, } } | { "name": "SignOut", "ask": Record<symbol, never> } | { "name": "ChangePassword", "ask": { 
/**
 * The present one.
 */
old: string, 
/**
 * At least 8 characters.
 */
new: string, } } | { "name": "SignOutEverywhere", "ask": Record<symbol, never> } | { "name": "OwnSessions", "ask": Record<symbol, never> } | { "name": "EndSession", "ask": { 
/**
 * Its [`OwnSession::id`].
 */
id: string, } } | { "name": "SecurityActs", "ask": { 
/**
 * Where to go on: [`SecurityActs::next`]; none for the newest.
 */
before: number | null, 
/**
 * Only what this person did, and what was done about them.
 */
user_id: string | null, 
/**
 * Only what was done since then.
 */
since: number | null, } } | { "name": "Jobs", "ask": Record<symbol, never> } | { "name": "Invite", "ask": { 
/**
 * Whose.
 */
user_id: string, } } | { "name": "SetPassword", "ask": { 
/**
 * Whose.
 */
user_id: string, 
/**
 * At least 8 characters.
 */
password: string, } } | { "name": "Revoke", "ask": { 
/**
 * Which.
 */
replica_id: string, 
/**
 * Whether it is lost.
 */
revoked: boolean, } } | { "name": "ExportOutbox", "ask": Record<symbol, never> } | { "name": "LabelLinks", "ask": { 
/**
 * Whose.
 */
device_ids: Array<string>, } } | { "name": "NextTicketNumber", "ask": Record<symbol, never> } | { "name": "SetAside", "ask": Record<symbol, never> } | { "name": "Installation", "ask": Record<symbol, never> };
