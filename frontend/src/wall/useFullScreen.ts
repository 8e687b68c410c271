import { useEffect, useState } from "react";

/** Whether the page fills the screen. It is the whole page that does: drawers and questions lie beside the wall, not in it. */
export function useFullScreen(): boolean {
  const [full, setFull] = useState(document.fullscreenElement !== null);
  useEffect(() => {
    const change = () => setFull(document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", change);
    return () => {
      document.removeEventListener("fullscreenchange", change);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  return full;
}
