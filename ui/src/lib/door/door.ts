// The one door to Rust. Two sides stand behind it: the app's own process (tauri.ts) and a server (http.ts).
// Nothing else in the UI calls `invoke` or `fetch`.

import type {
  Action,
  Command,
  Failure,
  Given,
  Installation,
  Invitation,
  Jobs,
  Kind,
  LabelOutput,
  LabelSheet,
  Notice,
  Outbox,
  OwnSession,
  Purpose,
  Questions,
  Reading,
  SecurityActs,
  StoredFile,
  SyncView,
} from "$lib/types";

/** What each action answers. */
export interface Answers {
  Enrol: null;
  SyncNow: SyncView;
  StopSync: SyncView;
  SetWifiOnly: SyncView;
  ReportConnection: SyncView;
  SendFilesAnyway: SyncView;
  SignIn: null;
  SignOut: null;
  ChangePassword: null;
  SignOutEverywhere: null;
  OwnSessions: OwnSession[];
  EndSession: null;
  SecurityActs: SecurityActs;
  Jobs: Jobs;
  Invite: Invitation;
  SetPassword: null;
  Revoke: null;
  ExportOutbox: Outbox;
  LabelLinks: string[];
  NextTicketNumber: string;
  Installation: Installation;
  SetAside: string;
}

export type ActionName = Action["name"];
export type Answered<A extends Action> = A["name"] extends keyof Answers ? Answers[A["name"]] : never;

/** One frame of a camera, without its pixels. A newer frame of the same camera stops the older. */
export interface FrameName {
  width: number;
  height: number;
  camera: string;
  number: number;
}

export interface Door {
  query<N extends keyof Questions>(name: N, ask: Questions[N]["ask"]): Promise<Questions[N]["answer"]>;
  command(command: Command): Promise<Given>;
  action<A extends Action>(action: A): Promise<Answered<A>>;
  /** Tells of every change until the returned function is called. */
  notices(listener: (notice: Notice) => void): () => void;
  storeFile(bytes: Blob | Uint8Array, purpose: Purpose): Promise<StoredFile>;
  /** An address for `<img src>`, to be revoked with `URL.revokeObjectURL`. `not_here`: headquarters does not have it yet. */
  fileUrl(sha256: string): Promise<string>;
  scanPicture(picture: Blob): Promise<Reading>;
  /** One byte of brightness per pixel, row by row. */
  scanFrame(luma: Uint8Array, frame: FrameName): Promise<Reading>;
  labels(sheet: LabelSheet): Promise<Blob>;
}

const resting = new WeakMap<object, readonly Kind[]>();

/** Notes on which kinds of records an answer rests, as whoever answered says. */
export function noteRest<T>(answer: T, kinds: readonly Kind[]): T {
  if (typeof answer === "object" && answer !== null) resting.set(answer, kinds);
  return answer;
}

/** On which kinds of records an answer of `query` rests: when one of these changes, the question may have another. */
export const restsOn = (answer: object): readonly Kind[] => resting.get(answer) ?? [];

/** Whether a notice says that something may have changed which rests on these kinds. One of no kind says it of all. */
export function concerns(notice: Notice, kinds: readonly Kind[]): boolean {
  if (notice.notice !== "changed") return false;
  return notice.kinds.length === 0 || notice.kinds.some((kind) => kinds.includes(kind));
}

/** What every rejected promise of the door carries. */
export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && "code" in value && "detail" in value;
}

/** Whatever was thrown, as a failure. */
export function toFailure(thrown: unknown): Failure {
  if (isFailure(thrown)) return thrown;
  return { code: "internal", detail: thrown instanceof Error ? thrown.message : String(thrown) };
}

export const labelMedia: Record<LabelOutput, string> = {
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  zpl: "application/zpl",
  zpl_300: "application/zpl",
};
