import { cleanup, configure } from "@testing-library/react";
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
window.ResizeObserver ??= class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
const styleOf = window.getComputedStyle;
window.getComputedStyle = (element) => styleOf(element);

// A page of Ant Design is slow to build here on a busy machine.
configure({ asyncUtilTimeout: 15_000 });

afterEach(cleanup);
