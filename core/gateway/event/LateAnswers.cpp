#include "gateway/event/LateAnswers.h"

#include <chrono>
#include <utility>

#include "plugin/call/CallRefusals.h"

namespace chat::gateway {

LateAnswers::LateAnswers(LoopCalls& calls, const ReplyContext& replies, Owner& owner)
    : _calls(calls),
      _replies(replies),
      _owner(owner),
      _timed(calls.loop(), [this](TimedCall& call) { overdue(static_cast<LateAnswer&>(call)); }) {}

void LateAnswers::add(Endpoint& endpoint, Answer answer) {
  const auto late = answer.late;
  auto& answers = _answers[endpoint.handle.slot];
  if (!answer.handler && !answers.empty()) answer.handler = answers.back().handler;
  answers.push_back(std::move(answer));
  ++endpoint.pendingAnswers;
  if (!late) return;
  late->endpoint = endpoint.handle;
  late->isAdopted = true;
  if (late->isFinished) return finished(*late);
  _timed.prepare(*late);
  late->begins(late->begun, late->plugin->limits().timeout);
  _timed.add(*late);
}

bool LateAnswers::mayBegin(const Endpoint& endpoint, const plugin::EventHandler* handler) const {
  if (endpoint.pendingAnswers == 0) return true;
  if (endpoint.pendingAnswers >= _replies.options.waitingEvents) return false;
  const auto& last = _answers.at(endpoint.handle.slot).back();
  return handler && last.handler == handler && !last.reply.changesCaller();
}

void LateAnswers::finished(LateAnswer& answer) {
  const bool wasWaiting = answer.isAdopted && !answer.isFinished;
  answer.isFinished = true;
  if (!answer.isAdopted) return;  // its handler's call hasn't ended yet
  if (wasWaiting) _timed.remove(answer);
  _calls.ended(answer.stats, *answer.plugin, std::chrono::steady_clock::now() - answer.begun, answer.failure);
  settle(answer.endpoint);
}

// The client isn't kept waiting; what the plugin still sends is dropped.
void LateAnswers::overdue(LateAnswer& answer) {
  if (!answer.end()) return;  // its end is on the way
  answer.failure = plugin::tookTooLong();
  answer.isFinished = true;
  _timed.remove(answer);
  _calls.tooLate(
      answer.stats, *answer.plugin,
      "an answer took more than " + std::to_string(answer.plugin->limits().timeout.count()) + " ms; answered 504");
  settle(answer.endpoint);
}

// Carries out the answers of an endpoint up to the first one that is still to come.
void LateAnswers::settle(const EndpointHandle& handle) {
  auto* endpoint = _replies.directory.find(handle);
  if (!endpoint) {
    _answers.erase(handle.slot);
    return;
  }
  for (auto found = _answers.find(handle.slot); found != _answers.end(); found = _answers.find(handle.slot)) {
    auto& first = found->second.front();
    if (first.late && !first.late->isFinished) break;
    Answer answer = std::move(first);
    found->second.pop_front();
    if (found->second.empty()) _answers.erase(found);
    --endpoint->pendingAnswers;
    if (answer.late) {
      answer.late->isWanted = false;
      answer.failure = std::move(answer.late->failure);
      answer.reply = std::move(answer.late->reply);
    }
    _owner.answered(*endpoint, answer);
  }
  _owner.rested(*endpoint);
}

}  // namespace chat::gateway
