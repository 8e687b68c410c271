import { type EmbedCommand, type EmbedEvent, MARK, type ToFrame, type ToPage } from "./protocol";

/** Why a command could not be carried out, for programs. */
export class CommandFailed extends Error {
  constructor(
    readonly code: string,
    message = "",
  ) {
    super(message || code);
    this.name = "CommandFailed";
  }
}

interface Heard {
  source: unknown;
  origin: string;
  data: unknown;
}

/**
 * Between the softphone and the page around its frame. Which pages may frame us is the browser's to hold (the policy the page came
 * with); only that page is listened to, and from its first word on told things, under the origin it spoke from.
 */
export class Bridge {
  private origin: string | null = null;

  constructor(
    private readonly parent: { postMessage(message: unknown, origin: string): void },
    private readonly perform: (command: EmbedCommand) => Promise<void>,
    /** What the page is to know first. */
    private readonly present: () => EmbedEvent[],
  ) {}

  announce(): void {
    this.parent.postMessage({ callbase: MARK, event: "loaded" } satisfies ToPage, "*");
  }

  tell(event: EmbedEvent): void {
    this.post({ callbase: MARK, ...event });
  }

  async receive({ source, origin, data }: Heard): Promise<void> {
    if (source !== this.parent || !isCommand(data)) return;
    if (data.do === "connect") {
      this.origin = origin;
      this.post({ callbase: MARK, reply: data.id, error: null });
      for (const event of this.present()) this.tell(event);
      return;
    }
    if (origin !== this.origin) return;
    let error: { code: string; message: string } | null = null;
    try {
      await this.perform(data);
    } catch (failure) {
      const { code = "failed", message } = failure as Partial<CommandFailed>;
      error = { code, message: message ?? "" };
    }
    this.post({ callbase: MARK, reply: data.id, error });
  }

  private post(message: ToPage): void {
    if (this.origin !== null) this.parent.postMessage(message, this.origin);
  }
}

function isCommand(data: unknown): data is ToFrame {
  const message = data as Partial<ToFrame> | null;
  return (
    typeof message === "object" &&
    message?.callbase === MARK &&
    typeof message.id === "string" &&
    typeof message.do === "string"
  );
}
