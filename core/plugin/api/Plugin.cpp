// The key functions of the plugin interfaces: with them the run-time types stand in one place, so that both sides of
// the boundary agree on what is thrown and cast.
#include "plugin/api/Plugin.h"

namespace chat::plugin {

AppError::~AppError() = default;
EventHandler::~EventHandler() = default;
ConnectRefusal::~ConnectRefusal() = default;
ConnectHandler::~ConnectHandler() = default;
void ConnectHandler::connected(const Caller&, std::string_view, Replay&) {}
DisconnectHandler::~DisconnectHandler() = default;
DisconnectingHandler::~DisconnectingHandler() = default;
NamespaceHandler::~NamespaceHandler() = default;
HandshakeHandler::~HandshakeHandler() = default;
CommandHandler::~CommandHandler() = default;
IdentityEndHandler::~IdentityEndHandler() = default;
PacketHandler::~PacketHandler() = default;
OutgoingHandler::~OutgoingHandler() = default;
TimerHandler::~TimerHandler() = default;
SettingsHandler::~SettingsHandler() = default;
Plugin::~Plugin() = default;

}  // namespace chat::plugin
