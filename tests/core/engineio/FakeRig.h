#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/engineio/Clients.h"
#include "core/engineio/FakeTransport.h"

namespace chat::engineio::test {

/// The served transports with two more. Must be constructed before the rig, which uses them until its end.
struct TypesHolder {
  static constexpr std::string_view ReplacedByPipe[] = {"polling"};
  static constexpr std::string_view ReplacedByRadio[] = {"pipe"};

  Lines log;  ///< what their transports were told; the loop's
  FakeTransportType pipe{"pipe", log, ReplacedByPipe};
  FakeTransportType radio{"radio", log, ReplacedByRadio};
  std::vector<const TransportType*> all{transportTypes()[0], transportTypes()[1], &pipe, &radio};
};

/// The server with two transports more than it has: `pipe`, which replaces polling, and `radio`, which replaces that.
/// Their types and a line for each in the list are all that it takes.
class FakeRig : private TypesHolder, public Rig {
 public:
  explicit FakeRig(Options options = {}) : Rig(served(std::move(options)), {}, TypesHolder::all) {}

  using TypesHolder::pipe;
  using TypesHolder::radio;

  /// Opens a session over `pipe` and clears the logs. Returns the session's id.
  std::string open(int protocol = 4) {
    CPPUNIT_ASSERT_EQUAL(std::string("opened"),
                         request("GET", "EIO=" + std::to_string(protocol) + "&transport=pipe").answer);
    heard();
    const auto sid = sidOf(on([this] { return log.at(0); }));
    done();
    return sid;
  }
  /// Asks for an upgrade from `pipe` to `radio`.
  FakeTransport& upgrade(const std::string& sid, int protocol = 4) {
    CPPUNIT_ASSERT_EQUAL(std::string("opened"),
                         request("GET", "EIO=" + std::to_string(protocol) + "&transport=radio&sid=" + sid).answer);
    return *radio.last;
  }
  /// The client sends it over that transport.
  void receive(FakeTransport& transport, PacketType type, std::string_view data = {}) {
    on([&] { transport.receive(type, data); });
    settle();
  }
  void receive(PacketType type, std::string_view data = {}) { receive(*pipe.last, type, data); }
  /// What the transports were told since the last call.
  std::string done() {
    settle();
    return on([this] { return joined(std::exchange(log, {})); });
  }

 private:
  static Options served(Options options) {
    options.transports = {"polling", "pipe", "radio"};
    return options;
  }
};

}  // namespace chat::engineio::test
