import type { TableColumnsType } from "antd";
import type { Key, SorterResult } from "antd/es/table/interface";

/** Columns that say `sorter: true` show the order the server was asked for; their `key` is what it knows the field by. */
export function sortedColumns<T>(columns: TableColumnsType<T>, sort: string): TableColumnsType<T> {
  return columns.map((it) => (it.sorter === true ? { ...it, sortOrder: orderOf(sort, it.key) } : it));
}

function orderOf(sort: string, key: Key | undefined) {
  if (sort === key) return "ascend" as const;
  return sort === `-${String(key)}` ? ("descend" as const) : null;
}

/** What to ask the server for after a click on a column's head; "" for its own order. */
export function sortAsked<T>(sorter: SorterResult<T> | SorterResult<T>[]): string {
  const chosen = Array.isArray(sorter) ? sorter[0] : sorter;
  return chosen?.order ? `${chosen.order === "descend" ? "-" : ""}${String(chosen.columnKey)}` : "";
}
