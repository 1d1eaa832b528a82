// What is said of a typed number that is not taken as it stands.

import { shownCode, type QuantityRead } from "$lib/base/quantity";
import { m } from "./index";

/** Why it is not taken and what to do; empty for a number and for nothing. */
export function numberSentence(read: QuantityRead, typed: string): string {
  const text = typed.trim();
  switch (read.is) {
    case "empty":
    case "number":
      return "";
    case "code":
      return m.number_code({ code: shownCode(read.code) });
    case "either":
      return m.number_either({ code: shownCode(read.code) });
    case "unclear":
      return m.number_unclear({ typed: text });
    case "wrong":
      switch (read.why) {
        case "no_number":
          return m.number_none({ typed: text });
        case "short_form":
          return m.number_short_form({ typed: text });
        case "too_many_digits":
          return m.number_too_many_digits();
        case "too_fine":
          return m.number_too_fine();
      }
  }
}
