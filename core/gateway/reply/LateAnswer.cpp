#include "gateway/reply/LateAnswer.h"

#include <stdexcept>
#include <utility>

#include "net/Loop.h"

namespace chat::gateway {

LateAnswer::LateAnswer(const LatePlace& at) : owner(at.owner), plugin(at.plugin.shared_from_this()), stats(at.stats) {}

void LateAnswer::bring() {
  owner.loop().post([answer = shared_from_this()] { answer->owner.finished(*answer); });
}

PendingAnswer::PendingAnswer(std::shared_ptr<LateAnswer> answer, const std::optional<Sendable>& rules,
                             std::size_t attachments)
    : _answer(std::move(answer)), _guard(_answer->plugin->gate().enterAgain()) {
  _recorded.setSockets(_answer->plugin->sockets());
  if (rules) _recorded.setRules(*rules, attachments);
}

PendingAnswer::~PendingAnswer() {
  if (!_answer->end()) return;
  _answer->failure = {plugin::CallFailure::Kind::Fault, 500, "the handler has dropped its pending answer",
                      std::nullopt};
  _answer->bring();
}

void PendingAnswer::send() {
  if (!_answer->end()) return;
  _answer->reply = std::exchange(_recorded, {});
  _answer->bring();
}

void PendingAnswer::fail(std::exception_ptr reason) {
  if (!_answer->end()) return;
  // As values: the exception may have a type of the plugin's library.
  _answer->failure = plugin::callPlugin([&reason] {
    if (reason) std::rethrow_exception(std::exchange(reason, nullptr));
    throw std::logic_error("a pending answer has failed without a reason");
  });
  _answer->bring();
}

}  // namespace chat::gateway
