import JsSIP from "jssip";
import type { Socket } from "jssip/lib/Socket";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ANSWER_WITHIN_MS, SipSocket } from "./sip-socket";

class FakeSocket implements Socket {
  via_transport = "WS";
  url = "ws://far/sip";
  sip_uri = "sip:far";
  open = false;
  asked = 0;
  closed = 0;
  said: unknown[] = [];
  onconnect = () => {};
  ondisconnect = (_error: boolean, _code?: number, _reason?: string) => {};
  ondata = <T>(_data: T) => {};
  connect() {
    this.asked += 1;
  }
  disconnect() {
    this.closed += 1;
    this.open = false;
  }
  send(message: unknown) {
    this.said.push(message);
    return this.open;
  }
  isConnected() {
    return this.open;
  }
  isConnecting() {
    return !this.open;
  }
  opened() {
    this.open = true;
    this.onconnect();
  }
}

let far: FakeSocket;
let socket: SipSocket;
let lost: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  far = new FakeSocket();
  socket = new SipSocket(far);
  lost = [];
  socket.ondisconnect = (...how) => {
    lost.push(how);
  };
  socket.connect();
});
afterEach(() => vi.useRealTimers());

describe("SIP's WebSocket", () => {
  it("is given up when it does not open", () => {
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);
    expect(lost).toEqual([[true, 1006, "no answer"]]);
    expect(far.closed).toBe(1);
  });

  it("is given up when a request is not answered", () => {
    far.opened();
    socket.send("REGISTER sip:far SIP/2.0");
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);
    expect(lost).toHaveLength(1);
  });

  it("stays while requests are answered, and while there is nothing to answer", () => {
    far.opened();
    socket.send("REGISTER sip:far SIP/2.0");
    vi.advanceTimersByTime(ANSWER_WITHIN_MS - 1);
    far.ondata("SIP/2.0 401 Unauthorized");
    socket.send("SIP/2.0 200 OK");
    socket.send("ACK sip:far SIP/2.0");
    socket.send("\r\n");
    vi.advanceTimersByTime(600_000);
    expect(lost).toEqual([]);
  });

  it("is what JsSIP speaks through", () => {
    const everySecond = { connection_recovery_min_interval: 1, connection_recovery_max_interval: 1 };
    const ua = new JsSIP.UA({ sockets: [socket], uri: "sip:1001@far", ...everySecond });
    ua.start();
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);
    expect(far.closed).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(far.asked).toBe(3);
    ua.stop();
  });

  it("stays when the far end asks whether JsSIP still lives", () => {
    const ua = new JsSIP.UA({ sockets: [socket], uri: "sip:1001@far", register: false });
    ua.start();
    far.opened();
    far.ondata("\r\n\r\n");
    expect(far.said).toEqual(["\r\n"]);
    vi.advanceTimersByTime(600_000);
    expect(far.closed).toBe(0);
    ua.stop();
  });

  it("says nothing any more once it is abandoned, and does not come back", () => {
    far.opened();
    socket.abandon();
    expect(socket.send("BYE sip:far SIP/2.0")).toBe(true);
    socket.connect();
    expect(far.said).toEqual([]);
    expect(far.asked).toBe(1);
  });

  it("is lost once when it closes by itself", () => {
    far.opened();
    socket.send("REGISTER sip:far SIP/2.0");
    far.ondisconnect(true, 1006, "");
    vi.advanceTimersByTime(ANSWER_WITHIN_MS);
    expect(lost).toHaveLength(1);
  });
});
