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
  std::uint64_t receiverId = 0;  ///< 0 for a repeat
  /// The position before it in the eyes of each: their newest message until then, 0 if there was none.
  std::uint64_t beforeForSender = 0;
  std::uint64_t beforeForReceiver = 0;
  bool isRepeat = false;  ///< the sender has sent that `lid` before: `message` is the one stored then
};

}  // namespace chat::messages
