#pragma once

#include <cstdint>
#include <string>

namespace bench {

enum class Protocol { Tcp, WebSocket, SocketIo, Polling };
enum class Workload { Echo, Broadcast, Storm, Idle, Waves };

/// What is measured and how; see the table in bench/README.md.
struct Options {
  Workload workload = Workload::Echo;
  Protocol protocol = Protocol::SocketIo;
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  int serverPid = 0;          ///< whose CPU and memory are counted
  std::size_t clients = 100;  ///< with Storm, how many are under way at a time
  std::size_t depth = 1;      ///< operations that each client has in flight; with Broadcast, of all together
  std::size_t size = 64;      ///< bytes of the payload
  double rate = 0;            ///< operations a second, begun on time whatever the server does; 0: as soon as one ends
  double share = 0;           ///< instead of a rate: of what the server did in the warm-up, as fast as it could
  double warmup = 1;          ///< seconds
  double time = 3;            ///< seconds that count
  std::size_t waves = 10;
  std::string event;           ///< Socket.IO's event; by default `echo`, with Broadcast `fanout`
  std::string path;            ///< by default `/socket.io/`, of a raw WebSocket `/echo`
  double connectTimeout = 60;  ///< seconds for all to be connected

  std::string eventName() const { return !event.empty() ? event : workload == Workload::Broadcast ? "fanout" : "echo"; }
};

/// Prints the usage and exits if asked to; throws Poco::Exception on a mistake.
Options parseOptions(int argc, char** argv);

}  // namespace bench
