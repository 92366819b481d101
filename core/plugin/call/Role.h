#pragma once

/// Under which names the calls of a plugin's roles are counted, beside those of its events. No event has such a name.
namespace chat::plugin::role {

inline constexpr auto Handshake = "(handshake)";
inline constexpr auto Namespace = "(namespace)";
inline constexpr auto Connect = "(connect)";
inline constexpr auto Replay = "(replay)";  // ConnectHandler::connected
inline constexpr auto Disconnect = "(disconnect)";
inline constexpr auto Disconnecting = "(disconnecting)";
inline constexpr auto Packet = "(packet)";
inline constexpr auto Any = "(any)";
inline constexpr auto Outgoing = "(outgoing)";
inline constexpr auto IdentityEnd = "(identity-end)";
inline constexpr auto Timer = "(timer)";

}  // namespace chat::plugin::role
