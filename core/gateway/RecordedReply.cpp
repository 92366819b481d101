#include "gateway/RecordedReply.h"

#include <utility>

namespace chat::gateway {

void RecordedReply::answer(int status, std::string_view document) {
  _actions.push_back({Action::Kind::Answer, status, false, {}, std::string(document), {}});
}

void RecordedReply::acknowledge(int status, std::string_view document) {
  _actions.push_back({Action::Kind::Acknowledge, status, false, {}, std::string(document), {}});
}

void RecordedReply::acknowledgeArgs(std::string_view args, bool withAttachments) {
  _actions.push_back({Action::Kind::AcknowledgeArgs, 0, withAttachments, {}, std::string(args), {}});
}

void RecordedReply::emit(std::string_view event, std::string_view args, bool withAttachments) {
  _actions.push_back({Action::Kind::Emit, 0, withAttachments, std::string(event), std::string(args), {}});
}

void RecordedReply::setIdentity(std::optional<plugin::Identity> identity) {
  _actions.push_back({Action::Kind::SetIdentity, 0, false, {}, {}, std::move(identity)});
}

void RecordedReply::disconnect(bool closeConnection) {
  _actions.push_back({Action::Kind::Disconnect, 0, closeConnection, {}, {}, {}});
}

void RecordedReply::playTo(plugin::Reply& reply) {
  for (auto& action : _actions) {
    switch (action.kind) {
      case Action::Kind::Answer:
        reply.answer(action.status, action.text);
        break;
      case Action::Kind::Acknowledge:
        reply.acknowledge(action.status, action.text);
        break;
      case Action::Kind::AcknowledgeArgs:
        reply.acknowledgeArgs(action.text, action.flag);
        break;
      case Action::Kind::Emit:
        reply.emit(action.event, action.text, action.flag);
        break;
      case Action::Kind::SetIdentity:
        reply.setIdentity(std::move(action.identity));
        break;
      case Action::Kind::Disconnect:
        reply.disconnect(action.flag);
        break;
    }
  }
  _actions.clear();
}

}  // namespace chat::gateway
