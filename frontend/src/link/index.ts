/** What other makers' programs use of the link: the client, its state and the message types. Free of React. */

export {
  LinkClient,
  type LinkOptions,
  type LinkState,
  type LinkStatus,
  overWebSocket,
  RequestFailed,
  type SocketLike,
} from "./client";
export * from "./messages";
export { applyChange } from "./mirror";
