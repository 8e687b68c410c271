/** The HTTP API: JSON in and out, CSRF header, errors as one class. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly fields: Record<string, string[]> = {},
    readonly data: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

let csrfToken = "";
let onSignedOut: () => void = () => {};

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called when the server says that nobody is signed in any more. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export function withQuery(path: string, query: Query = {}): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

interface Options {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** Rejects with ApiError; `code` is "network" where no answer came. */
export async function api<T>(path: string, { method = "GET", body, signal }: Options = {}): Promise<T> {
  const headers: Record<string, string> = {
    Accept: "application/json",
    "Accept-Language": document.documentElement.lang,
  };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken;
  // In a frame of another site cookies have to be of another kind (callbase/web/secure_cookies.py).
  if (window.self !== window.top) headers["X-Callbase-Framed"] = "1";
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
      signal,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "network", "");
  }
  if (response.status === 204) return undefined as T;
  const content = await response.json().catch(() => null);
  if (response.ok) return content as T;
  if (response.status === 401 && !path.startsWith("/api/auth/")) onSignedOut();
  const error = (content as { error?: Partial<ApiError> } | null)?.error ?? {};
  throw new ApiError(
    response.status,
    error.code ?? `http_${response.status}`,
    error.message ?? "",
    error.field ?? null,
    error.fields ?? {},
    error.data ?? {},
  );
}
