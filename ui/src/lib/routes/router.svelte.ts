// A small router on the address's hash, so that the same pages work from a server, from a file and inside the app.

import { href, parseHash, type Route } from "./address";
import type { Params, Query, RouteName } from "./patterns";

class Router {
  route = $state.raw<Route>(parseHash(location.hash));
  #depth = 0;

  /** Whether the person went anywhere since the program started. */
  get moved(): boolean {
    return this.#depth > 0 || this.#replaced;
  }
  #replaced = false;

  begin() {
    addEventListener("hashchange", () => {
      this.#depth += 1;
      this.route = parseHash(location.hash);
    });
  }

  go<N extends RouteName>(name: N, params?: Params<N>, query?: Query) {
    location.hash = href(name, params, query);
  }

  /** The same without a step to come back to. */
  replace<N extends RouteName>(name: N, params?: Params<N>, query?: Query) {
    history.replaceState(null, "", href(name, params, query));
    this.#replaced = true;
    this.route = parseHash(location.hash);
  }

  /** Back to where one came from; home when one came from nowhere. */
  back() {
    if (this.#depth > 0) {
      this.#depth = Math.max(0, this.#depth - 2);
      history.back();
    } else this.replace("home");
  }
}

export const router = new Router();
