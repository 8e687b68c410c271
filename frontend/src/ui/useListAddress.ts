import { useCallback } from "react";
import { useSearchParams } from "react-router";

export interface ListAddress {
  page: number;
  search: string;
  /** A field's name, with "-" in front for descending; "" for the server's own order. */
  sort: string;
  /** Changes something of it, and goes to the first page unless a page is named. */
  set: (change: Partial<Record<"page" | "search" | "sort", string | undefined>>) => void;
}

/** Where one is in a list, kept in the page's address: a reload or "back" leads there again. `name` where a page has several. */
export function useListAddress(name = ""): ListAddress {
  const [parameters, setParameters] = useSearchParams();
  const at = useCallback((it: string) => parameters.get(name + it) ?? "", [parameters, name]);
  const set = useCallback<ListAddress["set"]>(
    (change) =>
      setParameters(
        (old) => {
          const next = new URLSearchParams(old);
          for (const [key, value] of Object.entries({ page: undefined, ...change })) {
            if (value) next.set(name + key, value);
            else next.delete(name + key);
          }
          return next;
        },
        { replace: true },
      ),
    [setParameters, name],
  );
  return { page: Number(at("page")) || 1, search: at("search"), sort: at("sort"), set };
}
