#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/engineio/FakeExchange.h"
#include "engineio/Server.h"
#include "net/LoopGroup.h"
#include "support/FakeClock.h"
#include "support/OnLoop.h"

namespace chat::engineio::test {

using Lines = std::vector<std::string>;

/// The layer above: logs what it receives, and does what the test demands. Binary messages are logged with `b:` before
/// them.
class RecordingListener final : public SessionAcceptor, private SessionListener {
 public:
  SessionListener& onSession(Session& opened) override {
    session = &opened;
    log.emplace_back("session");
    if (opening) opening(opened);
    return *this;
  }

  Lines log;
  int drained = 0;             ///< how often it was told that what waited has left
  Session* session = nullptr;  ///< the one that was opened last; null once it has ended
  std::function<void(Session&)> opening;
  std::function<void(Session&, std::string_view)> handling;
  std::function<void(Session&)> draining;

 private:
  void onText(Session& from, std::string_view text) override {
    log.emplace_back(text);
    if (handling) handling(from, text);
  }
  void onBinary(Session&, std::string_view bytes) override { log.push_back("b:" + std::string(bytes)); }
  void onClosed(Session& closed, CloseReason reason) override {
    log.push_back("closed: " + std::string(name(reason)));
    if (session == &closed) session = nullptr;
  }
  void onDrained(Session& from) override {
    ++drained;
    if (draining) draining(from);
  }
};

/// A server on a running loop whose clock only the test moves. All calls run on the loop and are waited for, so that
/// the test can look at everything in between.
class Rig {
 public:
  using Gate = std::function<HandshakeGate&(net::Loop&)>;

  explicit Rig(const Options& options = {}, const Gate& gate = {},
               std::span<const TransportType* const> known = transportTypes())
      : _loops(1, loopOptions(), clock) {
    server = std::make_unique<Server>(
        options, _loops, [this](net::Loop&) -> SessionAcceptor& { return above; }, gate, known);
    _loops.start();
  }
  ~Rig() {
    on([this] {
      server->closeAll(loop());
      for (auto& exchange : _exchanges) exchange->abort();  // as its connection does
    });
    settle();
    _loops.stop();
    server.reset();
  }

  template <typename Call>
  std::invoke_result_t<Call> on(Call call) {
    return chat::test::onLoop(loop(), std::move(call));
  }
  /// Waits until bytes for the loop's connections were read and handled, and deferred tasks are done: the running turn,
  /// one that begins after it, and the end of that one.
  void settle() {
    for (int turn = 0; turn < 3; ++turn) on([] {});
  }
  void advance(base::Duration by) {
    clock.advance(by);
    settle();
  }
  /// Sends a request; the rig keeps it.
  FakeExchange& request(const std::string& method, const std::string& query, const std::string& body = {},
                        const std::vector<http::Field>& fields = {}) {
    auto& exchange = *_exchanges.emplace_back(std::make_unique<FakeExchange>(loop(), method, query, body, fields));
    on([&] { server->handle(exchange); });
    settle();
    return exchange;
  }
  /// The listener's log since the last call.
  Lines heard() {
    return on([this] { return std::exchange(above.log, {}); });
  }
  /// Calls a function of the session that was opened last.
  void withSession(const std::function<void(Session&)>& call) {
    on([&] {
      CPPUNIT_ASSERT(above.session != nullptr);
      call(*above.session);
    });
    settle();
  }
  void sendText(std::string_view text) {
    withSession([text](Session& session) { session.sendText(std::span(&text, 1)); });
  }
  /// The number of sessions, of all transports or of one.
  std::size_t sessions(std::string_view of = {}) {
    return on([&] {
      std::size_t all = 0;
      for (const auto& [transport, count] : server->sessions(loop())) all += of.empty() || of == transport ? count : 0;
      return all;
    });
  }
  net::Loop& loop() { return _loops.at(0); }

  chat::test::FakeClock clock;
  RecordingListener above;
  std::unique_ptr<Server> server;

 private:
  static net::Loop::Options loopOptions() {
    net::Loop::Options options;
    options.ioUring = false;  // everything was sent when the turn ends
    return options;
  }

  std::vector<std::unique_ptr<FakeExchange>> _exchanges;
  net::LoopGroup _loops;
};

}  // namespace chat::engineio::test
