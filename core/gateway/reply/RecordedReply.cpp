#include "gateway/reply/RecordedReply.h"

#include <stdexcept>
#include <utility>

#include "gateway/reply/LateAnswer.h"
#include "gateway/reply/LoopReply.h"

namespace chat::gateway {

void RecordedReply::record(Action action, std::string_view event, std::string_view text) {
  action.eventSize = event.size();
  action.textSize = text.size();
  _text.append(event).append(text);
  _actions.push_back(action);
}

void RecordedReply::answer(int status, std::string_view document) {
  if (_sendable) Sendable::requireDocument(document);
  record({Action::Kind::Answer, false, status}, {}, document);
}

void RecordedReply::acknowledge(int status, std::string_view document) {
  if (_sendable) Sendable::requireDocument(document);
  record({Action::Kind::Acknowledge, false, status}, {}, document);
}

void RecordedReply::acknowledgeArgs(std::string_view args, bool withAttachments) {
  requireArgs(args, withAttachments ? _eventAttachments : 0);
  record({Action::Kind::AcknowledgeArgs, withAttachments}, {}, args);
}

void RecordedReply::emit(std::string_view event, std::string_view args, bool withAttachments) {
  requireEvent(event, args, withAttachments ? _eventAttachments : 0);
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

void RecordedReply::join(std::string_view room) {
  record({Action::Kind::Join}, {}, room);
}

void RecordedReply::leave(std::string_view room) {
  record({Action::Kind::Leave}, {}, room);
}

void RecordedReply::setData(std::string_view key, std::string_view value) {
  _changesCaller = true;
  record({Action::Kind::SetData}, key, value);
}

RecordedReply::More& RecordedReply::recordMore(Action::Kind kind, std::string_view event, std::string_view text,
                                               std::span<const std::string_view> attachments) {
  record({kind}, event, text);
  auto& more = _more.emplace_back();
  more.attachments.assign(attachments.begin(), attachments.end());
  return more;
}

void RecordedReply::acknowledgeBinary(std::string_view args, std::span<const std::string_view> attachments) {
  requireArgs(args, attachments.size());
  recordMore(Action::Kind::AcknowledgeBinary, {}, args, attachments);
}

void RecordedReply::emitBinary(std::string_view event, std::string_view args,
                               std::span<const std::string_view> attachments) {
  requireEvent(event, args, attachments.size());
  recordMore(Action::Kind::EmitBinary, event, args, attachments);
}

void RecordedReply::emitTo(const plugin::Target& target, std::string_view event, std::string_view args,
                           const plugin::EmitOptions& options, std::span<const std::string_view> attachments) {
  requireEvent(event, args, attachments.size());
  if (_sockets) _sockets->emitter().require(target, options);
  auto& more = recordMore(Action::Kind::EmitTo, event, args, attachments);
  more.target = target;
  more.emit = options;
}

void RecordedReply::broadcast(std::string_view event, std::string_view args, std::string_view room,
                              std::span<const std::string_view> attachments) {
  requireEvent(event, args, attachments.size());
  recordMore(Action::Kind::Broadcast, event, args, attachments).room = room;
}

void RecordedReply::ask(std::string_view event, std::string_view args, const plugin::AskOptions& options,
                        plugin::AckCallback callback, std::span<const std::string_view> attachments) {
  if (!_sockets) throw std::logic_error("nobody can be asked here");
  requireEvent(event, args, attachments.size());
  auto place = _sockets->reserve();
  auto& more = recordMore(Action::Kind::Ask, event, args, attachments);
  more.ask = options;
  more.place = std::move(place);
  more.callback = std::move(callback);
}

std::shared_ptr<plugin::PendingReply> RecordedReply::later() {
  if (!_place) throw std::logic_error("nothing can be answered later here");
  if (_late) throw std::logic_error("this event is answered later already");
  _late = std::make_shared<LateAnswer>(*_place);
  return std::make_shared<PendingAnswer>(_late, _sendable, _eventAttachments);
}

void RecordedReply::clear() noexcept {
  _more.clear();
  _actions.clear();
  _text.clear();
  _identities.clear();
  _changesCaller = false;
  if (const auto late = std::exchange(_late, nullptr)) late->end();
}

void RecordedReply::playTo(LoopReply& reply) {
  reply.trust();
  std::string_view rest = _text;
  const auto take = [&rest](std::size_t size) {
    const auto taken = rest.substr(0, size);
    rest.remove_prefix(size);
    return taken;
  };
  auto identity = _identities.begin();
  auto more = _more.begin();
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
      case Action::Kind::Join:
        reply.join(text);
        break;
      case Action::Kind::Leave:
        reply.leave(text);
        break;
      case Action::Kind::SetData:
        reply.setData(event, text);
        break;
      default:
        play(action.kind, event, text, *more++, reply);
        break;
    }
  }
  clear();
}

void RecordedReply::play(Action::Kind kind, std::string_view event, std::string_view text, More& more,
                         LoopReply& reply) {
  const std::vector<std::string_view> attachments(more.attachments.begin(), more.attachments.end());
  switch (kind) {
    case Action::Kind::AcknowledgeBinary:
      return reply.acknowledgeBinary(text, attachments);
    case Action::Kind::EmitBinary:
      return reply.emitBinary(event, text, attachments);
    case Action::Kind::EmitTo:
      return reply.emitTo(more.target, event, text, more.emit, attachments);
    case Action::Kind::Broadcast:
      return reply.broadcast(event, text, more.room, attachments);
    case Action::Kind::Ask:
      return reply.ask(std::move(more.place), event, text, more.ask, std::move(more.callback), attachments);
    default:
      return;
  }
}

}  // namespace chat::gateway
