// What the objects of one idle Socket.IO client take, as the compiler lays them out: bench-sizes
#include <iostream>

#include "engineio/session/ServerSession.h"
#include "gateway/endpoint/SocketEndpoint.h"
#include "net/Connection.h"
#include "socketio/Client.h"
#include "socketio/Socket.h"
#include "websocket/Session.h"

int main() {
  const auto row = [](const char* name, std::size_t bytes) { std::cout << name << ' ' << bytes << '\n'; };
  row("net::Connection", sizeof(chat::net::Connection));
  row("websocket::Session", sizeof(chat::websocket::Session));
  row("engineio::ServerSession", sizeof(chat::engineio::ServerSession));
  row("engineio::Handshake", sizeof(chat::engineio::Handshake));
  row("socketio::Client", sizeof(chat::socketio::Client));
  row("socketio::Socket", sizeof(chat::socketio::Socket));
  row("gateway::SocketEndpoint", sizeof(chat::gateway::SocketEndpoint));
  return 0;
}
