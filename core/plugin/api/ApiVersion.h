#pragma once

/// The version of the interfaces in this folder. A plugin is loaded if its major number is the server's and its minor
/// number is not newer: a new minor version adds functions, a new major version changes or removes some.
///
/// A plugin built with an older minor version must still run. So interfaces that the server implements (Context, Reply,
/// Caller, …) grow only at their end. Interfaces that plugins implement (EventHandler, Plugin, …) and structures that
/// cross the boundary don't grow at all: an addition gets an interface of its own. A header, or a function that was
/// added to an older header, names the version that it came with; if it names none, that is 1.0.
///
/// 1.1: Sockets, Acknowledgement, PacketHandler, OutgoingHandler, DisconnectingHandler, NamespaceHandler, TimerHandler,
///      SettingsHandler, HandshakeHandler, IdentityEndHandler, CommandHandler, Metrics, Json; more in Caller, Reply,
///      Context, Registrar, Emitter, Target.
/// 1.2: PendingReply, BatchEntry, BatchWriter; more in Reply, Replay, Database, CommandCall.
#define CHAT_PLUGIN_API_MAJOR 1
#define CHAT_PLUGIN_API_MINOR 2
