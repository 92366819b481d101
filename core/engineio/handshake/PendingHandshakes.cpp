#include "engineio/handshake/PendingHandshakes.h"

#include <utility>

#include "net/Loop.h"
#include "net/Timer.h"

namespace chat::engineio {

class PendingHandshakes::Waiting final : private http::AbortListener {
 public:
  Waiting(PendingHandshakes& all, std::uint64_t number, http::Exchange& exchange, Opening opening)
      : _all(all),
        _exchange(&exchange),
        _opening(std::move(opening)),
        _timer([](void* self) { static_cast<Waiting*>(self)->onTimeout(); }, this),
        _number(number) {
    exchange.setAbortListener(this);
    exchange.loop().arm(_timer, all._timeout);
  }
  ~Waiting() override {
    if (_exchange) _exchange->setAbortListener(nullptr);
  }

  const Opening& opening() const noexcept { return _opening; }
  std::uint64_t number() const noexcept { return _number; }
  void setQuestion(std::shared_ptr<HandshakeGate::Question> question) noexcept { _question = std::move(question); }
  void withdraw(bool isOverdue) noexcept {
    if (auto question = std::exchange(_question, nullptr)) question->withdraw(isOverdue);
  }
  std::pair<http::Exchange&, Opening> take() noexcept {
    auto& exchange = *std::exchange(_exchange, nullptr);
    exchange.setAbortListener(nullptr);
    return {exchange, std::move(_opening)};
  }

 private:
  void onAborted() override {
    _exchange = nullptr;
    withdraw(false);
    _all._waiting.erase(_number);
  }
  void onTimeout() {
    _all.giveUp(*this, {RefusalCause::NotInTime, "The server took too long to decide; try again."}, true);
  }

  PendingHandshakes& _all;
  http::Exchange* _exchange;
  Opening _opening;
  std::shared_ptr<HandshakeGate::Question> _question;
  net::Timer _timer;
  const std::uint64_t _number;
};

PendingHandshakes::PendingHandshakes(HandshakeGate& gate, base::Duration timeout, Concluded concluded)
    : _gate(gate), _timeout(timeout), _concluded(std::move(concluded)) {}

PendingHandshakes::~PendingHandshakes() {
  for (auto& [number, waiting] : _waiting) waiting->withdraw(false);
}

void PendingHandshakes::add(http::Exchange& exchange, Opening opening) {
  const auto number = ++_last;
  auto& waiting =
      *_waiting.emplace(number, std::make_unique<Waiting>(*this, number, exchange, std::move(opening))).first->second;
  const auto handshake = waiting.opening().handshake;
  const auto transport = waiting.opening().transport->name();
  auto question = _gate.ask(handshake, transport,
                            [this, number](HandshakeVerdict verdict) { conclude(number, std::move(verdict)); });
  if (question) waiting.setQuestion(std::move(question));
}

void PendingHandshakes::conclude(std::uint64_t number, HandshakeVerdict verdict) {
  const auto found = _waiting.find(number);
  if (found == _waiting.end()) return;
  const auto waiting = std::move(found->second);
  _waiting.erase(found);
  auto [exchange, opening] = waiting->take();
  _concluded(exchange, std::move(opening), std::move(verdict));
}

void PendingHandshakes::giveUp(Waiting& waiting, HandshakeVerdict verdict, bool isOverdue) {
  waiting.withdraw(isOverdue);
  conclude(waiting.number(), std::move(verdict));
}

void PendingHandshakes::refuseAll() {
  while (!_waiting.empty()) {
    giveUp(*_waiting.begin()->second, {RefusalCause::NotAvailable, "The server is shutting down."}, false);
  }
}

}  // namespace chat::engineio
