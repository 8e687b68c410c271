import JsSIP from "jssip";
import type { Socket } from "jssip/lib/Socket";

/**
 * SIP's WebSocket, given up when the far end does not answer. A network that is gone without a word leaves a socket open for
 * minutes, and JsSIP believes in it as long: nobody could call this telephone, and it would not know.
 */

/** Every request is answered at once (RFC 3261 §17.2), if only by 100 or 401, and so is the handshake. */
export const ANSWER_WITHIN_MS = 6_000;

/** JsSIP takes an object with a property `socket` for a socket and its weight, so what is inside must not be called that. */
export class SipSocket implements Socket {
  onconnect = (): void => {};
  ondisconnect = (_error: boolean, _code?: number, _reason?: string): void => {};
  ondata = <T>(_data: T): void => {};
  private timer: ReturnType<typeof setTimeout> | undefined;
  private abandoned = false;

  constructor(private readonly inner: Socket) {
    inner.onconnect = () => {
      clearTimeout(this.timer);
      this.onconnect();
    };
    inner.ondisconnect = (error, code, reason) => {
      clearTimeout(this.timer);
      this.ondisconnect(error, code, reason);
    };
    inner.ondata = (data) => {
      clearTimeout(this.timer);
      this.ondata(data);
    };
  }

  get via_transport(): string {
    return this.inner.via_transport;
  }

  set via_transport(value: string) {
    this.inner.via_transport = value;
  }

  get url(): string {
    return this.inner.url;
  }

  get sip_uri(): string {
    return this.inner.sip_uri;
  }

  connect(): void {
    if (this.abandoned) return;
    this.inner.connect();
    this.expectAnswer();
  }

  disconnect(): void {
    clearTimeout(this.timer);
    this.inner.disconnect();
  }

  /** What is sent from now on goes nowhere: whoever gives up speaking SIP by it does so without a word to the far end. */
  abandon(): void {
    this.abandoned = true;
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (this.abandoned) return true;
    const sent = this.inner.send(message);
    if (sent && typeof message === "string" && isAnswered(message)) this.expectAnswer();
    return sent;
  }

  isConnected(): boolean {
    return this.inner.isConnected();
  }

  isConnecting(): boolean {
    return this.inner.isConnecting();
  }

  private expectAnswer(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.inner.disconnect();
      this.ondisconnect(true, 1006, "no answer");
    }, ANSWER_WITHIN_MS);
  }
}

/** Nobody answers a response, an ACK, or the line break by which either side shows that it lives (RFC 7118 §6). */
function isAnswered(message: string): boolean {
  return /^[A-Z]+ /.test(message) && !message.startsWith("ACK ");
}

export const openSipSocket = (url: string): SipSocket => new SipSocket(new JsSIP.WebSocketInterface(url));
