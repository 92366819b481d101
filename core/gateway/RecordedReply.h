#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/Endpoint.h"
#include "plugin/api/Reply.h"

namespace chat::gateway {

/// A worker's answers, kept until they can be carried out on the socket's loop.
class RecordedReply final : public plugin::Reply {
 public:
  void answer(int status, std::string_view document) override;
  void acknowledge(int status, std::string_view document) override;
  void acknowledgeArgs(std::string_view args, bool withAttachments) override;
  void emit(std::string_view event, std::string_view args, bool withAttachments) override;
  void setIdentity(std::optional<plugin::Identity> identity) override;
  void disconnect(bool closeConnection) override;

  /// Carries everything out through another reply, in order.
  void playTo(plugin::Reply& reply);
  void clear() noexcept;
  /// Whether it says who the client is or ends it, so that its next event may be another's.
  bool changesCaller() const noexcept { return _changesCaller; }

 private:
  struct Action {
    enum class Kind : std::uint8_t { Answer, Acknowledge, AcknowledgeArgs, Emit, SetIdentity, Disconnect };
    Kind kind;
    bool flag = false;
    int status = 0;
    std::size_t eventSize = 0;  // of _text, after what the actions before it have there
    std::size_t textSize = 0;
  };
  void record(Action action, std::string_view event, std::string_view text);

  std::vector<Action> _actions;
  std::string _text;
  std::vector<std::optional<plugin::Identity>> _identities;  // of the SetIdentity actions, in their order
  bool _changesCaller = false;
};

}  // namespace chat::gateway
