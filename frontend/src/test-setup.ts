import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// What jsdom lacks and Ant Design asks for.
window.matchMedia ??= (query: string) =>
  ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: () => {},
    removeEventListener: () => {},
    addListener: () => {},
    removeListener: () => {},
    dispatchEvent: () => false,
  }) as MediaQueryList;

afterEach(cleanup);
