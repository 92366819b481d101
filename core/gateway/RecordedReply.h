#pragma once

#include <optional>
#include <string>
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
  void clear() noexcept { _actions.clear(); }

 private:
  struct Action {
    enum class Kind { Answer, Acknowledge, AcknowledgeArgs, Emit, SetIdentity, Disconnect };
    Kind kind;
    int status = 0;
    bool flag = false;
    std::string event;
    std::string text;
    std::optional<plugin::Identity> identity;
  };
  std::vector<Action> _actions;
};

}  // namespace chat::gateway
