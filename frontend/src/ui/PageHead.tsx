import type { ReactNode } from "react";

export function PageHead({ title, hint, children }: { title: ReactNode; hint?: ReactNode; children?: ReactNode }) {
  return (
    <header className="page-head">
      <h1 className="grow">{title}</h1>
      {children}
      {hint && <p>{hint}</p>}
    </header>
  );
}
