#include "gateway/RecordedReply.h"

#include <utility>

namespace chat::gateway {

void RecordedReply::record(Action action, std::string_view event, std::string_view text) {
  action.eventSize = event.size();
  action.textSize = text.size();
  _text.append(event).append(text);
  _actions.push_back(action);
}

void RecordedReply::answer(int status, std::string_view document) {
  record({Action::Kind::Answer, false, status}, {}, document);
}

void RecordedReply::acknowledge(int status, std::string_view document) {
  record({Action::Kind::Acknowledge, false, status}, {}, document);
}

void RecordedReply::acknowledgeArgs(std::string_view args, bool withAttachments) {
  record({Action::Kind::AcknowledgeArgs, withAttachments}, {}, args);
}

void RecordedReply::emit(std::string_view event, std::string_view args, bool withAttachments) {
  record({Action::Kind::Emit, withAttachments}, event, args);
}

void RecordedReply::setIdentity(std::optional<plugin::Identity> identity) {
  _identities.push_back(std::move(identity));
  _changesCaller = true;
  record({Action::Kind::SetIdentity}, {}, {});
}

void RecordedReply::disconnect(bool closeConnection) {
  _changesCaller = true;
  record({Action::Kind::Disconnect, closeConnection}, {}, {});
}

void RecordedReply::clear() noexcept {
  _actions.clear();
  _text.clear();
  _identities.clear();
  _changesCaller = false;
}

void RecordedReply::playTo(plugin::Reply& reply) {
  std::string_view rest = _text;
  const auto take = [&rest](std::size_t size) {
    const auto taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  };
  auto identity = _identities.begin();
  for (const auto& action : _actions) {
    const auto event = take(action.eventSize);
    const auto text = take(action.textSize);
    switch (action.kind) {
      case Action::Kind::Answer:
        reply.answer(action.status, text);
        break;
      case Action::Kind::Acknowledge:
        reply.acknowledge(action.status, text);
        break;
      case Action::Kind::AcknowledgeArgs:
        reply.acknowledgeArgs(text, action.flag);
        break;
      case Action::Kind::Emit:
        reply.emit(event, text, action.flag);
        break;
      case Action::Kind::SetIdentity:
        reply.setIdentity(std::move(*identity++));
        break;
      case Action::Kind::Disconnect:
        reply.disconnect(action.flag);
        break;
    }
  }
  clear();
}

}  // namespace chat::gateway
