#include "gateway/reply/LoopReply.h"

#include <stdexcept>
#include <string>
#include <utility>

#include "gateway/reply/LateAnswer.h"

namespace chat::gateway {

void LoopReply::broadcast(std::string_view event, std::string_view args, std::string_view room,
                          std::span<const std::string_view> attachments) {
  plugin::Target target;
  target.nsp = _endpoint.nsp();
  if (!room.empty()) {
    target.kind = plugin::Target::Kind::Rooms;
    target.rooms.emplace_back(room);
  }
  target.exceptSocketId = _endpoint.socketId();
  _context.emitter.emit(target, event, args, {}, attachments);
}

void LoopReply::setData(std::string_view key, std::string_view value) {
  if (!_endpoint.gone) _endpoint.setValue(key, value, _context.options.socketData, _context.logger);
}

void LoopReply::ask(std::string_view event, std::string_view args, const plugin::AskOptions& options,
                    plugin::AckCallback callback, std::span<const std::string_view> attachments) {
  if (_sockets) ask(_sockets->reserve(), event, args, options, std::move(callback), attachments);
}

std::shared_ptr<plugin::PendingReply> LoopReply::later() {
  if (!_place) throw std::logic_error("nothing can be answered later here");
  if (_late) throw std::logic_error("this event is answered later already");
  _late = std::make_shared<LateAnswer>(*_place);
  return std::make_shared<PendingAnswer>(_late, Sendable(_context.options), _event.attachments.size());
}

// Also for a client that has gone: the callback hears that it has.
void LoopReply::ask(plugin::PluginSockets::PlaceRef place, std::string_view event, std::string_view args,
                    const plugin::AskOptions& options, plugin::AckCallback callback,
                    std::span<const std::string_view> attachments) {
  _sockets->ask(std::move(place),
                plugin::Target::toSocket(std::string(_endpoint.nsp()), std::string(_endpoint.socketId())), event, args,
                options, std::move(callback), attachments);
}

}  // namespace chat::gateway
