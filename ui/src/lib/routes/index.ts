export { href, parseHash, type Route } from "./address";
export { router } from "./router.svelte";
export type { Params, Query, RouteName } from "./patterns";
