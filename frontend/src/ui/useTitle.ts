import { useEffect } from "react";

/** What the browser's tab says: the page, then whose. */
export function useTitle(page: string | undefined): void {
  useEffect(() => {
    document.title = page ? `${page} · callbase` : "callbase";
  }, [page]);
}
