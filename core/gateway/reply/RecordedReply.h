#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/emission/Sendable.h"
#include "gateway/endpoint/Endpoint.h"
#include "plugin/api/Reply.h"
#include "plugin/context/PluginSockets.h"

namespace chat::gateway {

class LoopReply;
struct LateAnswer;
struct LatePlace;

/// A worker's answers, kept until they can be carried out on the socket's loop.
class RecordedReply final : public plugin::Reply {
 public:
  void answer(int status, std::string_view document) override;
  void acknowledge(int status, std::string_view document) override;
  void acknowledgeArgs(std::string_view args, bool withAttachments) override;
  void emit(std::string_view event, std::string_view args, bool withAttachments) override;
  void setIdentity(std::optional<plugin::Identity> identity) override;
  void disconnect(bool closeConnection) override;
  void acknowledgeBinary(std::string_view args, std::span<const std::string_view> attachments) override;
  void emitBinary(std::string_view event, std::string_view args,
                  std::span<const std::string_view> attachments) override;
  void emitTo(const plugin::Target& target, std::string_view event, std::string_view args,
              const plugin::EmitOptions& options, std::span<const std::string_view> attachments) override;
  void broadcast(std::string_view event, std::string_view args, std::string_view room,
                 std::span<const std::string_view> attachments) override;
  void join(std::string_view room) override;
  void leave(std::string_view room) override;
  void setData(std::string_view key, std::string_view value) override;
  void ask(std::string_view event, std::string_view args, const plugin::AskOptions& options,
           plugin::AckCallback callback, std::span<const std::string_view> attachments) override;
  std::shared_ptr<plugin::PendingReply> later() override;

  /// Those of the plugin that answers; before it does. Without them nobody is asked.
  void setSockets(plugin::PluginSockets& sockets) noexcept { _sockets = &sockets; }
  /// Checks what is said from now on, in the plugin's call. `attachments`: those of the event that is answered.
  void setRules(const Sendable& sendable, std::size_t attachments) noexcept {
    _sendable = sendable;
    _eventAttachments = attachments;
  }
  /// Where later answers are brought to; null if there can be none. Before the handler is called.
  void setPlace(const LatePlace* place) noexcept { _place = place; }
  /// The answer that follows after the handler's return; null if it has asked for none.
  const std::shared_ptr<LateAnswer>& late() const noexcept { return _late; }
  std::shared_ptr<LateAnswer> takeLate() noexcept { return std::move(_late); }
  /// Carries everything out through another reply, in order.
  void playTo(LoopReply& reply);
  void clear() noexcept;
  /// Whether it changes what the client's next event finds of it: who it is, its data, whether it is there.
  bool changesCaller() const noexcept { return _changesCaller; }

 private:
  struct Action {
    enum class Kind : std::uint8_t {
      Answer,
      Acknowledge,
      AcknowledgeArgs,
      Emit,
      SetIdentity,
      Disconnect,
      Join,
      Leave,
      SetData,
      // These have More.
      AcknowledgeBinary,
      EmitBinary,
      EmitTo,
      Broadcast,
      Ask
    };
    Kind kind;
    bool flag = false;
    int status = 0;
    std::size_t eventSize = 0;  // of _text, after what the actions before it have there
    std::size_t textSize = 0;
  };
  /// What the rarer actions have besides.
  struct More {
    std::vector<std::string> attachments;
    plugin::Target target;
    plugin::EmitOptions emit;
    std::string room;
    plugin::AskOptions ask;
    plugin::PluginSockets::PlaceRef place;
    plugin::AckCallback callback;  // the plugin's code, gone before the place lets the plugin go
  };
  void record(Action action, std::string_view event, std::string_view text);
  More& recordMore(Action::Kind kind, std::string_view event, std::string_view text,
                   std::span<const std::string_view> attachments);
  static void play(Action::Kind kind, std::string_view event, std::string_view text, More& more, LoopReply& reply);

  void requireEvent(std::string_view event, std::string_view args, std::size_t attachments) const {
    if (_sendable) _sendable->requireEvent(event, args, attachments);
  }
  void requireArgs(std::string_view args, std::size_t attachments) const {
    if (_sendable) _sendable->requireArgs(args, attachments);
  }

  plugin::PluginSockets* _sockets = nullptr;
  const LatePlace* _place = nullptr;
  std::shared_ptr<LateAnswer> _late;
  std::optional<Sendable> _sendable;
  std::size_t _eventAttachments = 0;
  std::vector<Action> _actions;
  std::string _text;
  std::vector<std::optional<plugin::Identity>> _identities;  // of the SetIdentity actions, in their order
  std::vector<More> _more;                                   // of those actions that have it, in their order
  bool _changesCaller = false;
};

}  // namespace chat::gateway
