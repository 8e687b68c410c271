import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone";
import utc from "dayjs/plugin/utc";
import { useMemo } from "react";
import { useSession } from "../api/session";

dayjs.extend(utc);
dayjs.extend(timezone);

const WALL = "YYYY-MM-DDTHH:mm:ss.SSS";

/** Between moments and what a date picker shows: the clock on the wall of that zone, whatever zone the browser is in. */
export function zoned(zone: string) {
  return {
    /** The wall clock at a moment, as the picker's own kind of value. */
    shown: (moment: string | number): Dayjs => dayjs(dayjs(moment).tz(zone).format(WALL)),
    /** The moment, ISO 8601 in UTC, at which the wall clock shows what the picker does. */
    moment: (wall: Dayjs): string => dayjs.tz(wall.format(WALL), zone).toISOString(),
  };
}

/** That of the centre's time zone. */
export function useZoned() {
  const zone = useSession()?.tenant?.timezone ?? "UTC";
  return useMemo(() => zoned(zone), [zone]);
}
