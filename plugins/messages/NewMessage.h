#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "support/ChatMessage.h"

namespace chat::messages {

/// A message that is to be stored.
struct NewMessage {
  std::uint64_t senderId = 0;
  std::string senderKey;    ///< support::accountKey() of the sender's name
  std::string receiverKey;  ///< support::accountKey() of the receiver's name
  std::string text;
  std::string attributes = "{}";
  std::optional<std::string> lid;
};

struct StoredMessage {
  support::ChatMessage message;
  bool isRepeat = false;  ///< the sender has sent that `lid` before: `message` is the one stored then
};

}  // namespace chat::messages
