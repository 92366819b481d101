// Decides on every handshake by its query: `door=refuse`, `later`, `fault`, `hold`, `welcome`, `split`, `framing`,
// `flood`. DOORMAN_VERSION distinguishes two builds of it.
#include "plugin/api/Plugin.h"

#include <atomic>
#include <chrono>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>

#include "data/Database.h"

namespace {

using namespace chat::plugin;

bool asks(const HandshakeRequest& request, const std::string& what) {
  return request.query().find("door=" + what) != std::string_view::npos;
}

class Doorman final : public HandshakeHandler {
 public:
  void setLatch(std::string_view file) { _latch = file; }
  int calls() const { return _calls; }

 private:
  void handshake(const HandshakeRequest& request, HandshakeResponse& response) override {
    ++_calls;
    response.setHeader("X-Doorman", DOORMAN_VERSION);
    response.setHeader("X-Order", "first");
    if (asks(request, "refuse")) throw AppError(403, "You are \"not\" on the list.");
    if (asks(request, "later")) throw AppError(429, "Come back later.", 7);
    if (asks(request, "fault")) throw std::runtime_error("a secret of the inside");
    if (asks(request, "away")) throw chat::data::Unavailable("a secret of the database");
    if (asks(request, "hold")) hold();
    if (asks(request, "split")) response.setHeader("X-Split", "one\r\nX-Two: two");
    if (asks(request, "framing")) response.setSessionHeader("content-LENGTH", "1");
    for (int i = 0; asks(request, "flood"); ++i) response.setHeader("X-Flood-" + std::to_string(i), "1");
    if (asks(request, "welcome")) {
      response.setHeader("Set-Cookie", "one=1");
      response.setHeader("Set-Cookie", "two=2");
      response.setSessionHeader("X-Session", "always");
      std::string seen;
      for (const auto part : {request.method(), request.path(), request.address(), request.transport(),
                              request.header("x-probe"), std::string_view(request.secure() ? "secure" : "plain")}) {
        seen += std::string(part) + ' ';
      }
      response.setHeader("X-Seen", seen + std::to_string(request.protocol()));
      response.setHeader("X-Url", request.url());
    }
  }

  /// Waits until the file exists.
  void hold() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!std::filesystem::exists(_latch) && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

  std::filesystem::path _latch;
  std::atomic<int> _calls{0};
};

class Second final : public HandshakeHandler {
  void handshake(const HandshakeRequest&, HandshakeResponse& response) override {
    response.setHeader("x-order", "second");
  }
};

class DoormanPlugin final : public Plugin, private EventHandler {
  void start(Context& context, Registrar& registrar) override {
    _doorman.setLatch(context.settings().text("latch"));
    registrar.onHandshake(20, _second);
    registrar.onHandshake(10, _doorman);
    registrar.onEvent("doorman:calls", *this);
  }
  Execution execution() const noexcept override { return Execution::Inline; }
  void handle(const Request& request, Reply& reply) override {
    reply.acknowledgeArgs(std::to_string(_doorman.calls()) + ",\"" + std::string(request.caller().url()) + '"');
  }

  Doorman _doorman;
  Second _second;
};

}  // namespace

CHAT_PLUGIN(DoormanPlugin, "doorman", DOORMAN_VERSION ".0.0",
            "event doorman:calls\nsetting latch text \"\" | A held handshake goes on when this file is there\n")
