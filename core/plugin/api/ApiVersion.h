#pragma once

/// The version of the interfaces in this folder. A plugin is loaded where the major numbers agree and its minor is not
/// newer than the server's: a new minor adds functions, a new major changes or removes them.
///
/// So that a plugin built with an older minor runs on: what the server implements (Context, Reply, Caller, …) grows at
/// its end only; what plugins implement (EventHandler, Plugin, …) and structures that cross the boundary don't grow at
/// all, and what is new gets an interface of its own. A header, or a function added to an older one, says since when it
/// is there: 1.0 where it says nothing.
///
/// 1.1: Sockets, Acknowledgement, PacketHandler, OutgoingHandler, DisconnectingHandler, NamespaceHandler, TimerHandler,
///      SettingsHandler, HandshakeHandler, IdentityEndHandler, CommandHandler, Metrics, Json; more in Caller, Reply,
///      Context, Registrar, Emitter, Target.
#define CHAT_PLUGIN_API_MAJOR 1
#define CHAT_PLUGIN_API_MINOR 1
