import JsSIP from "jssip";
import type { Socket } from "jssip/lib/Socket";

/**
 * SIP's WebSocket, given up when the far end does not answer. A network that is gone without a word leaves a socket open for
 * minutes, and JsSIP believes in it as long: nobody could call this telephone, and it would not know.
 */

/** Every request is answered at once (RFC 3261 §17.2), if only by 100 or 401, and so is the handshake. */
export const ANSWER_WITHIN_MS = 6_000;

export class SipSocket implements Socket {
  onconnect = (): void => {};
  ondisconnect = (_error: boolean, _code?: number, _reason?: string): void => {};
  ondata = <T>(_data: T): void => {};
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly socket: Socket) {
    socket.onconnect = () => {
      clearTimeout(this.timer);
      this.onconnect();
    };
    socket.ondisconnect = (error, code, reason) => {
      clearTimeout(this.timer);
      this.ondisconnect(error, code, reason);
    };
    socket.ondata = (data) => {
      clearTimeout(this.timer);
      this.ondata(data);
    };
  }

  get via_transport(): string {
    return this.socket.via_transport;
  }

  set via_transport(value: string) {
    this.socket.via_transport = value;
  }

  get url(): string {
    return this.socket.url;
  }

  get sip_uri(): string {
    return this.socket.sip_uri;
  }

  connect(): void {
    this.socket.connect();
    this.expectAnswer();
  }

  disconnect(): void {
    clearTimeout(this.timer);
    this.socket.disconnect();
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    const sent = this.socket.send(message);
    if (sent && typeof message === "string" && !/^(SIP\/|ACK )/.test(message)) this.expectAnswer();
    return sent;
  }

  isConnected(): boolean {
    return this.socket.isConnected();
  }

  isConnecting(): boolean {
    return this.socket.isConnecting();
  }

  private expectAnswer(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.socket.disconnect();
      this.ondisconnect(true, 1006, "no answer");
    }, ANSWER_WITHIN_MS);
  }
}

export const openSipSocket = (url: string): SipSocket => new SipSocket(new JsSIP.WebSocketInterface(url));
